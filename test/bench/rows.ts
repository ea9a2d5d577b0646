/**
 * What is measured: the rows of the table. Each is one workload, run by every contender in
 * turn, round after round, so that whatever else the machine does hits all of them alike.
 */
import { type Contender, type Pair, startPair } from './contenders.ts';
import type { Load, Outcome } from './load.ts';
import type { Commands } from './programs.ts';

export interface Row extends Pick<Load, 'method' | 'payloadBytes' | 'inFlight'> {
  readonly name: string;
  /** `free`: wherever the system puts the two ends. */
  readonly processors: 'one' | 'two' | 'free';
}

/** What the rounds of one contender gave. */
export interface Measurement {
  readonly contender: Contender;
  /** Calls a second, a number for each round; empty where it failed. */
  readonly rates: readonly number[];
  readonly medianRate: number;
  /** Medians over the rounds, in microseconds; only where one call is in flight. */
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
  readonly failure: string | undefined;
}

export interface Pace {
  readonly rounds: number;
  /** How long one contender runs in one round. */
  readonly roundMs: number;
  /** The same for the round that does not count: by then the compiler has done its work. */
  readonly warmUpMs: number;
  /** Calls in flight at once in the memory suite. */
  readonly floodCalls: number;
}

const sizes: readonly [string, number][] = [
  ['100 B', 100],
  ['1 KB', 1024],
  ['10 KB', 10 * 1024],
  ['100 KB', 100 * 1024],
  ['1 MB', 1024 * 1024],
];

function sizedRows(
  method: 'text' | 'bytes',
  some: typeof sizes,
  inFlight: number,
): Row[] {
  return some.map(([size, payloadBytes]) => ({
    name: `${method} ${size} x${inFlight}${inFlight === 1 ? ' one core' : ''}`,
    method,
    payloadBytes,
    inFlight,
    processors: inFlight === 1 ? 'one' : 'free',
  }));
}

const add = { method: 'add', payloadBytes: 0 } as const;

export const rows: readonly Row[] = [
  { ...add, name: 'add x1 one core', inFlight: 1, processors: 'one' },
  { ...add, name: 'add x1 two cores', inFlight: 1, processors: 'two' },
  { ...add, name: 'add x64', inFlight: 64, processors: 'free' },
  { ...add, name: 'add x512', inFlight: 512, processors: 'free' },
  ...sizedRows('text', sizes, 64),
  ...sizedRows('text', sizes, 1),
  ...sizedRows('bytes', sizes.slice(2), 64),
];

/** Which processors the two ends get; undefined: this machine cannot do it. */
export function assignProcessors(
  { processors }: Row,
  available: readonly number[],
): readonly [number?, number?] | undefined {
  if (processors === 'free') return [];
  const [first, second] = available;
  if (first === undefined) return undefined;
  if (processors === 'one') return [first, first];
  return second === undefined ? undefined : [first, second];
}

/**
 * Starts the contenders afresh, warms each up for one round that does not count, then lets
 * them run in turns; whose turn is first moves on by one each round.
 */
export async function measureRow(
  row: Row,
  contenders: readonly Contender[],
  commands: Commands,
  processors: readonly [number?, number?],
  { rounds, roundMs, warmUpMs }: Pace,
): Promise<Measurement[]> {
  const able = contenders.filter((contender) => isAble(contender, row));
  const runs = await Promise.all(
    able.map((contender) => startRun(contender, commands, processors)),
  );
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < runs.length; i++) {
      const run = runs[(i + Math.max(round, 0)) % runs.length] as Run;
      const outcome = await runOnce(run, row, round < 0 ? warmUpMs : roundMs);
      if (outcome && round >= 0) run.outcomes.push(outcome);
    }
  }
  await Promise.all(
    runs.map(({ pair }) => Promise.all([pair?.client.stop(), pair?.server.stop()])),
  );
  return runs.map(summarise);
}

interface Run {
  readonly contender: Contender;
  readonly pair: Pair | undefined;
  readonly outcomes: Outcome[];
  failure: string | undefined;
}

function isAble({ most }: Contender, { inFlight, payloadBytes }: Row): boolean {
  return !most || (inFlight <= most.inFlight && payloadBytes <= most.payloadBytes);
}

async function startRun(
  contender: Contender,
  commands: Commands,
  processors: readonly [number?, number?],
): Promise<Run> {
  try {
    const pair = await startPair(contender, commands, processors);
    return { contender, pair, outcomes: [], failure: undefined };
  } catch (error) {
    return {
      contender,
      pair: undefined,
      outcomes: [],
      failure: (error as Error).message,
    };
  }
}

/** One contender's failure is its own: the others go on. */
async function runOnce(run: Run, row: Row, ms: number): Promise<Outcome | undefined> {
  if (run.failure !== undefined || !run.pair) return undefined;
  const { method, payloadBytes, inFlight } = row;
  const maxCalls = run.contender.most?.calls ?? Number.MAX_SAFE_INTEGER;
  const load: Load = { method, payloadBytes, inFlight, ms, maxCalls };
  try {
    return await run.pair.client.ask<Outcome>(load);
  } catch (error) {
    run.failure = (error as Error).message;
    return undefined;
  }
}

function summarise({ contender, outcomes, failure }: Run): Measurement {
  const rates =
    failure === undefined ? outcomes.map(({ calls, seconds }) => calls / seconds) : [];
  const laps = (name: 'p50Us' | 'p99Us') =>
    outcomes.flatMap((outcome) => outcome[name] ?? []);
  return {
    contender,
    rates,
    medianRate: median(rates) ?? 0,
    p50Us: median(laps('p50Us')),
    p99Us: median(laps('p99Us')),
    failure,
  };
}

/** Undefined where there is nothing to take it of. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle];
  const [below, above] = [sorted[middle - 1], sorted[middle]];
  return below === undefined || above === undefined ? undefined : (below + above) / 2;
}
