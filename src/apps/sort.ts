/**
 * Sorts lines by their first characters (`--param key-characters=10`): the output files one
 * after the other, `mr-out-0` first, are in order as a whole. Lines with equal keys keep the
 * order of the input.
 *
 * Files are of equal size where the job knows how its keys are distributed: from a sample,
 * `--param sample=/absolute/path` (made by `shuf -n 1000 big.txt`), or from boundaries,
 * `--param boundaries=g,n,t`. Without either it takes keys to begin with any printable
 * character of ASCII equally often. The order is right in any case.
 *
 * Source: OSDI '04, section 2.3, "Distributed Sort", and section 5.3.
 */
import { readFileSync } from 'node:fs';
import type { Emit, JobParams, RecordKey } from '../mapreduce/job.ts';
import { compareKeys, sortKeys } from '../mapreduce/partition.ts';

/** Keys in order: between any two neighbours lie about equally many keys of the input. */
let sample: readonly string[] = [];
let keyCharacters = 10;

export function setup(params: JobParams): void {
  keyCharacters = Number(params['key-characters'] ?? 10);
  if (!Number.isSafeInteger(keyCharacters) || keyCharacters < 1) {
    throw new Error('--param key-characters must be a whole number from 1');
  }
  sample = sortKeys(readSample(params));
}

export function map(_key: RecordKey, line: string, emit: Emit): void {
  emit(keyOf(line), line);
}

export function reduce(_key: string, lines: string[]): string[] {
  return lines;
}

/** Ranges instead of hashes: no key of one partition comes before a key of the one before. */
export function partition(key: string, reduceTasks: number): number {
  return Math.floor((countUpTo(key) * reduceTasks) / (sample.length + 1));
}

/** How many keys of the sample are not after `key`: a binary search. */
function countUpTo(key: string): number {
  let from = 0;
  let to = sample.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compareKeys(sample[middle] as string, key) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** A character is never cut: one beyond U+FFFF counts as two. */
function keyOf(line: string): string {
  const isCut = /[\ud800-\udbff]/.test(line.charAt(keyCharacters - 1));
  return line.slice(0, isCut ? keyCharacters + 1 : keyCharacters);
}

function readSample({ sample: path, boundaries }: JobParams): string[] {
  if (boundaries !== undefined) return boundaries.split(',');
  if (path === undefined)
    return Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  return readFileSync(path, 'utf8').split(/\r?\n/).filter(Boolean).map(keyOf);
}
