/**
 * Counts for each target the random strings that contain it, once for each string however
 * often it occurs in it. A record, `0 625`, says which strings a map call is to make and look
 * through; `npm run mapreduce -- --config` writes those records.
 *
 * Source: document "process-rpc", its workload.
 */
import type { Emit, JobParams, RecordKey } from '../mapreduce/job.ts';
import { listStrings, listTargets } from './random-strings.ts';

let seed = 0;
let maxLength = 0;
let targetLength = 0;
let keysPerReducer = 1;
/** The place of each target among all of them. */
const places = new Map<string, number>();

export function setup(params: JobParams): void {
  const read = (name: string) => {
    const value = Number(params[name] ?? Number.NaN);
    if (!Number.isSafeInteger(value)) throw new Error(`${name} must be a whole number`);
    return value;
  };
  seed = read('seed');
  maxLength = read('max_string_length');
  targetLength = read('target_word_length');
  keysPerReducer = read('keys_per_reducer');
  const targets = listTargets(seed, read('num_target_words'), targetLength);
  for (const [i, target] of targets.entries()) places.set(target, i);
}

export function map(_key: RecordKey, range: string, emit: Emit): void {
  const [from, to] = range.split(' ').map(Number) as [number, number];
  // A target that no string contains has its line in the output, too.
  if (from === 0) for (const target of places.keys()) emit(target, '0');
  const counts = countTargets(listStrings(seed, maxLength, from, to));
  for (const [target, count] of counts) emit(target, String(count));
}

/** One look-up for each place in a string, rather than one search for each target. */
function countTargets(strings: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  const foundIn = new Map<string, number>();
  for (const [i, text] of strings.entries()) {
    for (let at = 0; at + targetLength <= text.length; at++) {
      const window = text.slice(at, at + targetLength);
      if (!places.has(window) || foundIn.get(window) === i) continue;
      foundIn.set(window, i);
      counts.set(window, (counts.get(window) ?? 0) + 1);
    }
  }
  return counts;
}

export function reduce(_target: string, counts: string[]): string {
  return String(counts.reduce((sum, count) => sum + Number(count), 0));
}

/** A sum of sums is a sum: the combiner is the reducer. */
export const combine = reduce;

/** `keys_per_reducer` targets for each reduce task. */
export function partition(target: string): number {
  return Math.floor((places.get(target) ?? 0) / keysPerReducer);
}
