/**
 * Experiment 4: 10,000 messages, for ids that are equally frequent and for ids that are not,
 * spread over processes by consistent hashing, by modulo, and in turns: who gets how many, how
 * long one takes, and in how many processes an id's state ends up.
 *
 * Source: "Process-Based Workers", "Experiment 4: Load Balancing Effectiveness".
 */
import { join } from 'node:path';
import type { Pool } from '../pool.ts';
import { startPool } from '../process-pool.ts';
import { createRouting, type RoutingName, routingNames } from '../ring.ts';
import type { BalanceMessage, BalanceState } from './balance-machine.ts';
import { concludeBalance, drawBalance, tabulateBalance } from './balance-report.ts';
import { nowUs } from './clock.ts';
import type { Experiment, Run, Summary } from './experiment.ts';
import { type Distribution, distributions, drawIds } from './keys.ts';
import { quantile, summarise } from './numbers.ts';
import { sendAtRate } from './pace.ts';
import { takeTurns } from './turns.ts';

export const shards = 4;
const idCount = 1000;
/** About 50 microseconds of work, and so many messages a second. */
const steps = 25_000;
const perSecond = 10_000;

/** How one rule spread one kind of ids. */
export interface Spread {
  readonly routing: RoutingName;
  readonly distribution: Distribution;
  /** Messages of each process; the same in every round. */
  readonly counts: readonly number[];
  /** Ids, and those of them whose state is in more than one process. */
  readonly ids: number;
  readonly splitIds: number;
  /** From sending to having been processed, in microseconds. */
  readonly medianUs: Summary;
  readonly p99Us: Summary;
}

export const balance: Experiment<readonly Spread[]> = {
  number: 4,
  title: 'Balance, by routing rule',
  question:
    'Is the load even, for equally frequent ids and for ids of a Zipf distribution? Does ' +
    `imbalance cost time? ${shards} processes, ${idCount} ids, 10,000 messages, sent at a ` +
    `rate of ${perSecond.toLocaleString('en')} a second.`,
  measure,
  tables: tabulateBalance,
  figures: drawBalance,
  conclude: concludeBalance,
};

interface Contender {
  readonly routing: RoutingName;
  readonly distribution: Distribution;
  readonly ids: readonly string[];
  readonly outcomes: Outcome[];
}

interface Outcome {
  readonly counts: readonly number[];
  readonly ids: number;
  readonly splitIds: number;
  readonly lapsUs: readonly number[];
}

async function measure(run: Run): Promise<readonly Spread[]> {
  const messages = run.isQuick ? 1000 : 10_000;
  const rounds = run.isQuick ? 2 : 3;
  const file = join(import.meta.dirname, 'balance-machine.ts');
  const pool = await startPool(file, { shards, hasLog: false });
  try {
    const carriers = findCarriers(pool);
    const contenders = distributions.flatMap((distribution, seed) => {
      const ids = drawIds(distribution, messages, idCount, run.createRandom(seed));
      return routingNames.map(
        (routing): Contender => ({ routing, distribution, ids, outcomes: [] }),
      );
    });
    let turns = 0;
    await takeTurns(contenders, rounds, async (contender, round) => {
      const outcome = await sendAll(pool, carriers, contender, run.signal);
      if (round >= 0) contender.outcomes.push(outcome);
      const { routing, distribution } = contender;
      const total = (rounds + 1) * contenders.length;
      run.progress(++turns, total, `${distribution} ids, ${routing}`);
    });
    return contenders.map(summariseContender);
  } finally {
    await pool.kill();
  }
}

/** An id for each process, whose machine lives there. */
function findCarriers(pool: Pool): string[] {
  const carriers: string[] = [];
  for (let i = 0; carriers.filter(Boolean).length < shards; i++)
    carriers[pool.shardOf(`process-${i}`)] ??= `process-${i}`;
  return carriers;
}

/** Throws where a message was lost or doubled: the counts would mean nothing. */
async function sendAll(
  pool: Pool,
  carriers: readonly string[],
  { routing, ids }: Contender,
  signal: AbortSignal,
): Promise<Outcome> {
  const send = (shard: number, message: BalanceMessage) =>
    pool.send(carriers[shard] as string, message);
  for (const shard of carriers.keys()) await send(shard, { Kind: 'forget' });
  const { shardOf } = createRouting(routing, shards);
  let failure: Error | undefined;
  await sendAtRate(ids.length, perSecond, signal, (index) => {
    if (failure) throw failure;
    const Id = ids[index] as string;
    const message: BalanceMessage = { Kind: 'count', Id, SentUs: nowUs(), Steps: steps };
    send(shardOf(Id), message).catch((error) => {
      failure = error;
    });
  });
  await pool.drain();
  const states = await Promise.all(carriers.map((carrier) => pool.query(carrier)));
  return examine(states as BalanceState[], ids.length);
}

function examine(states: readonly BalanceState[], sent: number): Outcome {
  const counts = states.map(({ lapsUs }) => lapsUs.length);
  const processed = counts.reduce((sum, count) => sum + count, 0);
  if (processed !== sent)
    throw new Error(`${sent} messages were sent, and ${processed} were processed`);
  const homes = new Map<string, number>();
  for (const { counts } of states)
    for (const id of Object.keys(counts)) homes.set(id, (homes.get(id) ?? 0) + 1);
  return {
    counts,
    ids: homes.size,
    splitIds: [...homes.values()].filter((home) => home > 1).length,
    lapsUs: states.flatMap(({ lapsUs }) => lapsUs).sort((left, right) => left - right),
  };
}

function summariseContender({ routing, distribution, outcomes }: Contender): Spread {
  const [first] = outcomes;
  if (!first) throw new Error('nothing was measured');
  const { counts, ids, splitIds } = first;
  const summariseAt = (share: number) =>
    summarise(outcomes.map(({ lapsUs }) => quantile(lapsUs, share)));
  return {
    routing,
    distribution,
    counts,
    ids,
    splitIds,
    medianUs: summariseAt(0.5),
    p99Us: summariseAt(0.99),
  };
}
