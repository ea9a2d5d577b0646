/**
 * Contenders that take turns, round after round, so that whatever else the machine does hits
 * all of them alike; and the table of what came out. Knows nothing of what they run.
 */
import { median } from '../rows.ts';

export interface Entrant {
  readonly name: string;
  /** Why it cannot take part; undefined: it does. */
  readonly absence?: string | undefined;
  /** Runs it once and checks its answer: resolves with seconds, rejects with what is wrong. */
  readonly run: () => Promise<number>;
}

/** What the rounds of one contender gave. */
export interface Standing {
  readonly name: string;
  /** A number for each round that counts; empty where it failed or took no part. */
  readonly seconds: number[];
  failure?: string;
  readonly absence?: string;
}

export interface Pace {
  /** Rounds that count. */
  readonly rounds: number;
  /** True: without a first round that does not count. */
  readonly isCold: boolean | undefined;
}

/** Whose turn is first moves on by one each round. */
export async function race(
  entrants: readonly Entrant[],
  { rounds, isCold }: Pace,
  signal: AbortSignal,
): Promise<Standing[]> {
  const standings = entrants.map(({ name, absence }): Standing => {
    return { name, seconds: [], ...(absence === undefined ? {} : { absence }) };
  });
  for (let round = isCold ? 0 : -1; round < rounds; round++) {
    for (let turn = 0; turn < entrants.length; turn++) {
      const i = (turn + Math.max(round, 0)) % entrants.length;
      const [entrant, standing] = [entrants[i] as Entrant, standings[i] as Standing];
      if (standing.failure !== undefined || standing.absence !== undefined) continue;
      await runOnce(entrant, standing, round >= 0);
      signal.throwIfAborted();
    }
  }
  return standings;
}

/** One contender's failure is its own: the others go on. */
async function runOnce(
  entrant: Entrant,
  standing: Standing,
  counts: boolean,
): Promise<void> {
  try {
    const seconds = await entrant.run();
    if (counts) standing.seconds.push(seconds);
  } catch (error) {
    standing.failure = (error as Error).message;
    standing.seconds.length = 0;
  }
}

/** The median of the contender with this name; undefined where it has none. */
export function medianOf(standings: readonly Standing[], name: string) {
  return median(standings.find((standing) => standing.name === name)?.seconds ?? []);
}

/** Undefined where either is missing. */
export function divide(dividend: number | undefined, divisor: number | undefined) {
  return dividend === undefined || divisor === undefined ? undefined : dividend / divisor;
}

/** A column beside the seconds: what to show for a contender's median. */
export interface Column {
  readonly head: string;
  show(seconds: number, standing: Standing): string;
}

export function formatRace(
  title: string,
  standings: readonly Standing[],
  columns: readonly Column[],
): string {
  const head = [
    title.padEnd(42),
    'median s'.padStart(9),
    'min - max'.padStart(16),
    ...columns.map((column) => column.head.padStart(14)),
  ].join('');
  const lines = standings.map((standing) => formatStanding(standing, columns));
  return [head, ...lines].join('\n');
}

function formatStanding(standing: Standing, columns: readonly Column[]): string {
  const { name, seconds, failure, absence } = standing;
  const label = `  ${name}`.padEnd(42);
  if (failure !== undefined) return `${label}  FAILED: ${failure}`;
  if (absence !== undefined) return `${label}  skipped: ${absence}`;
  const middle = median(seconds) ?? 0;
  const spread = `${Math.min(...seconds).toFixed(2)} - ${Math.max(...seconds).toFixed(2)}`;
  return [
    label,
    middle.toFixed(2).padStart(9),
    spread.padStart(16),
    ...columns.map((column) => column.show(middle, standing).padStart(14)),
  ].join('');
}
