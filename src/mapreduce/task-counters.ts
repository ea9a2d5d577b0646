/**
 * What a job counts beside its output: named sums, one set for each attempt. Only those of
 * accepted attempts are added up, so that a task that was executed twice counts once.
 *
 *     export function map(key, line, emit, count) {
 *       if (line === '') count('empty lines');
 *     }
 *
 * Source: OSDI '04, section 4.9, "Counters".
 */
import type { Count } from './job.ts';

/** A counter's name and its sum. */
export type Counter = readonly [name: string, sum: number];

/** Counters are for few names; what has many keys is output. */
const maxCounters = 100;
const maxNameLength = 100;

export class TaskCounters {
  readonly #sums = new Map<string, number>();
  #isOver = false;

  readonly count: Count = (name, by = 1) => {
    if (this.#isOver) {
      throw new TypeError(
        'count was called when its task was over: await what you start',
      );
    }
    if (typeof name !== 'string' || name === '' || name.length > maxNameLength) {
      throw new TypeError(
        `count takes a name of 1 to ${maxNameLength} characters, it got ${JSON.stringify(name)}`,
      );
    }
    const sum = (this.#sums.get(name) ?? 0) + by;
    if (!Number.isSafeInteger(by) || !Number.isSafeInteger(sum)) {
      throw new TypeError(`count('${name}', …) adds whole numbers, it got ${by}`);
    }
    this.#sums.set(name, sum);
    if (this.#sums.size > maxCounters) {
      throw new TypeError(`more than ${maxCounters} counters: emit pairs instead`);
    }
  };

  /** All that was counted. From now on nothing can be. */
  finish(): Counter[] {
    this.#isOver = true;
    return [...this.#sums];
  }
}

/** The sums of all, by name. */
export function addCounters(all: Iterable<readonly Counter[]>): Counter[] {
  const sums = new Map<string, number>();
  for (const counters of all) {
    for (const [name, sum] of counters) sums.set(name, (sums.get(name) ?? 0) + sum);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}
