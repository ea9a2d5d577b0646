/**
 * Sorts the output of word count: the most frequent words first, `count word`, and words that
 * are equally frequent in the order of the alphabet. The output files one after the other,
 * `mr-out-0` first, are in order as a whole.
 *
 *     npm run mapreduce -- --then by-frequency --output-format lines
 *
 * Source: OSDI '04, section 4.1, custom partitioners; section 4.2, ordering guarantees.
 */
import type { Emit } from '../mapreduce/job.ts';
import { sortKeys } from '../mapreduce/partition.ts';

/** Words and counts, whichever stage made them. */
export const input = 'key-value';

const digits = 12;
const most = 10 ** digits - 1;

export function map(word: unknown, count: string, emit: Emit): void {
  const n = Number(count);
  if (!Number.isSafeInteger(n) || n < 1 || n > most) {
    throw new Error(`the value of ${word} must be a count from 1, it is ${count}`);
  }
  // Keys come in ascending order of their bytes: the larger the count, the smaller the key.
  emit(String(most - n).padStart(digits, '0'), String(word));
}

export function reduce(key: string, words: string[]): string[] {
  return sortKeys(words).map((word) => `${countOf(key)} ${word}`);
}

/**
 * Ranges of counts. Of the words of a natural text about every second occurs once, every
 * third of the others twice, and so on: one in n words is among the first of n parts.
 * Source: Zipf's law.
 */
export function partition(key: string, reduceTasks: number): number {
  return Math.min(reduceTasks - 1, Math.floor(reduceTasks / countOf(key)));
}

function countOf(key: string): number {
  return most - Number(key);
}
