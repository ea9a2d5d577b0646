/**
 * Counts for each target the random strings that contain it, once for each string however
 * often it occurs in it. A record, `0 625`, says which strings a map call is to make and look
 * through; `npm run mapreduce -- --config` writes those records.
 *
 * Source: document "process-rpc", its workload.
 */
import type { Emit, JobParams, RecordKey } from '../mapreduce/job.ts';
import { listTargets, writeStrings } from './random-strings.ts';

let seed = 0;
let maxLength = 0;
let keysPerReducer = 1;
/** The place of each target among all of them. */
const places = new Map<string, number>();

export function setup(params: JobParams): void {
  const read = (name: string, least: number) => {
    const value = Number(params[name] ?? Number.NaN);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new Error(`${name} must be a whole number, at least ${least}`);
  };
  seed = read('seed', 0);
  maxLength = read('max_string_length', 1);
  keysPerReducer = read('keys_per_reducer', 1);
  const length = read('target_word_length', 1);
  const targets = listTargets(seed, read('num_target_words', 1), length);
  for (const [i, target] of targets.entries()) places.set(target, i);
}

export function map(_key: RecordKey, range: string, emit: Emit): void {
  const [from, to] = range.split(' ').map(Number) as [number, number];
  // A target that no string contains has its line in the output, too.
  if (from === 0) for (const target of places.keys()) emit(target, '0');
  const strings = writeStrings(seed, maxLength, from, to);
  for (const target of places.keys()) {
    const count = countContaining(strings, target);
    if (count > 0) emit(target, String(count));
  }
}

/** How many of the strings contain it: what is found is counted, and its string left. */
function countContaining(strings: string, target: string): number {
  let count = 0;
  let at = strings.indexOf(target);
  while (at >= 0) {
    count++;
    at = strings.indexOf(target, strings.indexOf('\n', at));
  }
  return count;
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
