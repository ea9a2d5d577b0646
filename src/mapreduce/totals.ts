/**
 * What a whole run has counted: the system's own numbers and the job's, each task once. The
 * same for a distributed run and for the sequential one, but for what is shuffled.
 *
 * Source: OSDI '04, section 4.9, "Counters".
 */
import type { MapOutput, ReduceOutput, TaskOutput } from './events.ts';
import { addCounters, type Counter } from './task-counters.ts';

export interface Totals {
  readonly recordsIn: number;
  readonly recordsSkipped: number;
  readonly keysSkipped: number;
  /** By the map function, before any combiner. */
  readonly pairsEmitted: number;
  readonly bytesShuffled: number;
  /** By the reduce function. */
  readonly pairsOut: number;
  readonly bytesOut: number;
  /** The job's own, by name. */
  readonly counters: readonly Counter[];
}

/** Adds up what each task's one accepted attempt says of itself. */
export function addTotals(outputs: readonly TaskOutput[]): Totals {
  const maps = outputs.filter((one): one is MapOutput => one.kind === 'map');
  const reduces = outputs.filter((one): one is ReduceOutput => one.kind === 'reduce');
  const regions = maps.flatMap((one) => one.regions);
  return {
    recordsIn: sum(maps.map(({ records }) => records)),
    recordsSkipped: sum(maps.map(({ skipped = [] }) => skipped.length)),
    keysSkipped: sum(reduces.map(({ skipped = [] }) => skipped.length)),
    pairsEmitted: sum(maps.map(({ pairs }) => pairs)),
    bytesShuffled: sum(regions.map(({ bytes }) => bytes)),
    pairsOut: sum(reduces.map(({ pairs = 0 }) => pairs)),
    bytesOut: sum(reduces.map(({ bytes }) => bytes)),
    counters: addCounters(outputs.map(({ counters = [] }) => counters)),
  };
}

/** A job that emits nothing is a mistake far more often than an answer. */
export function explainNoPairs(
  totals: Pick<Totals, 'recordsIn' | 'pairsEmitted'>,
): string | undefined {
  if (totals.pairsEmitted > 0) return undefined;
  return `the map function emitted nothing for any of the ${totals.recordsIn} records`;
}

/** What one run has counted and the other has not, as a sentence; undefined: all is equal. */
export function describeDifference(run: Totals, oracle: Totals): string | undefined {
  const mine = listNumbers(run);
  const other = listNumbers(oracle);
  for (const name of new Set([...mine.keys(), ...other.keys()])) {
    const [count = 0, expected = 0] = [mine.get(name), other.get(name)];
    if (count !== expected)
      return `${name} is ${count}, in the sequential run ${expected}`;
  }
  return undefined;
}

/** Without what combiners and stores may change. */
function listNumbers({ bytesShuffled, counters, ...numbers }: Totals) {
  const own = counters.map(([name, count]) => [`the counter "${name}"`, count] as const);
  return new Map<string, number>([...Object.entries(numbers), ...own]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
