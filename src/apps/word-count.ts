/**
 * Counts words. A word is a maximal run of Unicode letters, case kept.
 *
 * Source: OSDI '04, section 2.1; the definition of a word is MIT 6.5840's and COS 418's.
 */
import type { Emit, RecordKey } from '../mapreduce/job.ts';

// #region job
export function map(_key: RecordKey, line: string, emit: Emit): void {
  for (const word of line.match(/\p{L}+/gu) ?? []) emit(word, '1');
}

export function reduce(_word: string, counts: string[]): string {
  return String(counts.reduce((sum, count) => sum + Number(count), 0));
}
// #endregion

/** A sum of sums is a sum: the combiner is the reducer. */
export const combine = reduce;
