/**
 * Experiment 5: how long a query takes while the process that it asks has messages to process,
 * and where that time goes. Five stamps make five parts: the queue in the sender, the wire, the
 * queue in the receiver, the work, and the way back.
 *
 * Source: "Process-Based Workers", "Experiment 5: Query Latency".
 */
import { join } from 'node:path';
import { buildEnds, openChannel } from '../channels/open-channel.ts';
import { startPool } from '../process-pool.ts';
import { nowUs } from './clock.ts';
import type { Experiment, Run, Summary } from './experiment.ts';
import { quantile, summarise } from './numbers.ts';
import { sendAtRate } from './pace.ts';
import { answerQuery } from './query-latency-end.ts';
import {
  concludeQueryLatency,
  drawQueryLatency,
  tabulateQueryLatency,
} from './query-latency-report.ts';
import { type QueryTarget, targetPool, targetStampedQueue } from './query-targets.ts';
import { takeTurns } from './turns.ts';

export const partNames = [
  'queue in the sender',
  'wire',
  'queue in the receiver',
  'work',
  'back',
] as const;

export type PartName = (typeof partNames)[number];

/** Parts of what the process can do at most. */
export const loads = [0, 0.25, 0.5, 0.75, 0.9, 1.2] as const;

/** About 200 microseconds of work for each message. */
const steps = 100_000;
const queriesPerSecond = 200;

/** One load; times in microseconds. */
export interface LoadedLatency {
  readonly load: number;
  readonly medianUs: Summary;
  readonly p99Us: Summary;
  /** Half of the queries to the pool of state machines take longer. */
  readonly poolUs: Summary;
  /** Of typical queries, the middle half: the mean of each part, so that they add up. */
  readonly partsUs: Readonly<Record<PartName, Summary>>;
}

export interface QueryLatency {
  /** Messages a second that the process can do. */
  readonly capacity: number;
  /** The same query as a function call in the same process. */
  readonly callUs: Summary;
  readonly loads: readonly LoadedLatency[];
}

export const queryLatency: Experiment<QueryLatency> = {
  number: 5,
  title: 'Query latency under load',
  question:
    'How long does a query take while its process is busy, how much longer than in one ' +
    'process, and where does the time go? Loads are parts of what the process can do.',
  measure,
  tables: tabulateQueryLatency,
  figures: drawQueryLatency,
  conclude: concludeQueryLatency,
};

/** One query, in microseconds. */
export type Parts = Readonly<Record<PartName, number>>;

interface Contender {
  readonly load: number;
  /** The queries of each round. */
  readonly stamped: Parts[][];
  readonly ofPool: number[][];
}

async function measure(run: Run): Promise<QueryLatency> {
  const endFile = join(import.meta.dirname, 'query-latency-end.ts');
  const ends = await buildEnds(endFile, run.folder);
  const channel = await openChannel('unix-json-rpc', ends);
  const machineFile = join(import.meta.dirname, 'scaling-machine.ts');
  const pool = await startPool(machineFile, { shards: 1 });
  try {
    const stamped = targetStampedQueue(channel);
    return await measureLoads(stamped, await targetPool(pool), run);
  } finally {
    await Promise.all([channel.close(), pool.kill()]);
  }
}

async function measureLoads(
  stamped: QueryTarget<Parts>,
  pool: QueryTarget<number>,
  run: Run,
): Promise<QueryLatency> {
  const capacity = await measureCapacity(stamped, run);
  const rounds = run.isQuick ? 2 : 5;
  const seconds = run.isQuick ? 0.1 : 0.5;
  const contenders = loads.map((load): Contender => ({ load, stamped: [], ofPool: [] }));
  let turns = 0;
  await takeTurns(contenders, rounds, async (contender, round) => {
    const perSecond = contender.load * capacity;
    const queries = await askUnderLoad(stamped, perSecond, seconds, run.signal);
    const ofPool = await askUnderLoad(pool, perSecond, seconds, run.signal);
    run.progress(++turns, (rounds + 1) * contenders.length, `load ${contender.load}`);
    if (round < 0) return;
    contender.stamped.push(queries);
    contender.ofPool.push(ofPool);
  });
  const callUs = summarise(Array.from({ length: rounds }, timeCall));
  return { capacity, callUs, loads: contenders.map(summariseContender) };
}

/** Messages a second, as fast as they are taken. The first half is to warm up. */
async function measureCapacity(target: QueryTarget<unknown>, run: Run): Promise<number> {
  const messages = run.isQuick ? 200 : 4000;
  let seconds = 0;
  for (const _ of ['to warm up', 'to be counted']) {
    run.signal.throwIfAborted();
    const beginUs = nowUs();
    await Promise.all(Array.from({ length: messages }, () => target.send(steps)));
    seconds = (nowUs() - beginUs) / 1e6;
  }
  return messages / seconds;
}

/** Resolves when all that was sent has been done. */
async function askUnderLoad<Answer>(
  target: QueryTarget<Answer>,
  messagesPerSecond: number,
  seconds: number,
  signal: AbortSignal,
): Promise<Answer[]> {
  const pending: Promise<unknown>[] = [];
  const queries: Promise<Answer>[] = [];
  await Promise.all([
    sendAtRate(Math.ceil(seconds * messagesPerSecond), messagesPerSecond, signal, () =>
      pending.push(awaitLater(target.send(steps))),
    ),
    sendAtRate(Math.ceil(seconds * queriesPerSecond), queriesPerSecond, signal, () =>
      queries.push(awaitLater(target.ask())),
    ),
  ]);
  await Promise.all(pending);
  await target.drain();
  return Promise.all(queries);
}

/** Should it fail before it is awaited, nobody complains: the run has failed by then. */
function awaitLater<Answer>(promise: Promise<Answer>): Promise<Answer> {
  promise.catch(() => {});
  return promise;
}

/** Microseconds of the same query without another process. */
function timeCall(): number {
  const calls = 20_000;
  const beginUs = nowUs();
  for (let i = 0; i < calls; i++) answerQuery(beginUs);
  return (nowUs() - beginUs) / calls;
}

function totalOf(parts: Parts): number {
  return partNames.reduce((sum, name) => sum + parts[name], 0);
}

function summariseContender({ load, stamped, ofPool }: Contender): LoadedLatency {
  const sorted = stamped.map((queries) =>
    [...queries].sort((left, right) => totalOf(left) - totalOf(right)),
  );
  const typical = sorted.map((queries) =>
    queries.slice(Math.floor(queries.length / 4), Math.ceil((queries.length * 3) / 4)),
  );
  const summarisePart = (name: PartName) =>
    summarise(
      typical.map(
        (queries) =>
          queries.reduce((sum, parts) => sum + parts[name], 0) / queries.length,
      ),
    );
  const summariseAt = (share: number) =>
    summarise(sorted.map((queries) => quantile(queries.map(totalOf), share)));
  return {
    load,
    medianUs: summariseAt(0.5),
    p99Us: summariseAt(0.99),
    poolUs: summarise(ofPool.map((lapsUs) => summarise(lapsUs).median)),
    partsUs: Object.fromEntries(
      partNames.map((name) => [name, summarisePart(name)]),
    ) as Record<PartName, Summary>,
  };
}
