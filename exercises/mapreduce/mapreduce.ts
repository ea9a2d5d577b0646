/**
 * Exercise: the tasks of MapReduce, one after the other. README.md says what to do.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emit, RecordKey } from '../../src/mapreduce/job.ts';
import { formatPair, parsePairs } from '../../src/mapreduce/pairs.ts';
import { readRecords, readSplit, type Split } from '../../src/mapreduce/splits.ts';

/** What the user of MapReduce writes. Both functions may be asynchronous. */
export interface Job {
  map(key: RecordKey, line: string, emit: Emit): void | Promise<void>;
  reduce(key: string, values: string[]): string | Promise<string>;
}

// TODO: write the four functions below, in this order.
/** The reduce task that gets `key`, from 0 to `reduceTasks` - 1. */
export function partition(key: string, reduceTasks: number): number {
  throw new Error('partition is not written yet');
}

/** Maps every record of `split` and commits `mr-<map>-<reduce>`, a file per reduce task. */
export async function doMap(
  job: Job,
  split: Split,
  map: number,
  reduceTasks: number,
  folder: string,
): Promise<void> {
  throw new Error('doMap is not written yet');
}

/** Reduces its partition of all map tasks, keys in byte order, and commits `mr-out-<reduce>`. */
export async function doReduce(
  job: Job,
  reduce: number,
  mapTasks: number,
  folder: string,
): Promise<void> {
  throw new Error('doReduce is not written yet');
}

/** The whole job in one process: a map task for each split, then the reduce tasks. */
export async function runSequential(
  job: Job,
  splits: readonly Split[],
  reduceTasks: number,
  folder: string,
): Promise<void> {
  throw new Error('runSequential is not written yet');
}
