/**
 * Groups in memory: right in one process, of no use to many.
 *
 * Fails: sequential
 * Looks like: one doMap for each split
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emit, RecordKey } from '../../../src/mapreduce/job.ts';
import { formatPair, parsePairs } from '../../../src/mapreduce/pairs.ts';
import { readRecords, readSplit, type Split } from '../../../src/mapreduce/splits.ts';

/** What the user of MapReduce writes. Both functions may be asynchronous. */
export interface Job {
  map(key: RecordKey, line: string, emit: Emit): void | Promise<void>;
  reduce(key: string, values: string[]): string | Promise<string>;
}

/** The reduce task that gets `key`, from 0 to `reduceTasks` - 1. */
export function partition(key: string, reduceTasks: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash & 0x7fffffff) % reduceTasks;
}

/** Maps every record of `split` and commits `mr-<map>-<reduce>`, a file per reduce task. */
export async function doMap(
  job: Job,
  split: Split,
  map: number,
  reduceTasks: number,
  folder: string,
): Promise<void> {
  const lines: string[][] = Array.from({ length: reduceTasks }, () => []);
  const emit: Emit = (key, value) => {
    lines[partition(key, reduceTasks)]?.push(formatPair(key, value));
  };
  for (const [key, line] of readRecords(readSplit(split))) {
    await job.map(key, line, emit);
  }
  for (const [reduce, pairs] of lines.entries()) {
    commit(join(folder, `mr-${map}-${reduce}`), pairs.join(''));
  }
}

/** Reduces its partition of all map tasks, keys in byte order, and commits `mr-out-<reduce>`. */
export async function doReduce(
  job: Job,
  reduce: number,
  mapTasks: number,
  folder: string,
): Promise<void> {
  const groups = new Map<string, string[]>();
  for (let map = 0; map < mapTasks; map++) {
    const text = readFileSync(join(folder, `mr-${map}-${reduce}`), 'utf8');
    for (const [key, value] of parsePairs(text)) {
      const values = groups.get(key);
      if (values) values.push(value);
      else groups.set(key, [value]);
    }
  }
  let output = '';
  for (const [key, values] of [...groups].sort(inByteOrder)) {
    output += formatPair(key, await job.reduce(key, values));
  }
  commit(join(folder, `mr-out-${reduce}`), output);
}

/** The whole job in one process: a map task for each split, then the reduce tasks. */
export async function runSequential(
  job: Job,
  splits: readonly Split[],
  reduceTasks: number,
  folder: string,
): Promise<void> {
  const groups = new Map<string, string[]>();
  const emit: Emit = (key, value) => {
    groups.set(key, [...(groups.get(key) ?? []), value]);
  };
  for (const split of splits) {
    for (const [key, line] of readRecords(readSplit(split))) {
      await job.map(key, line, emit);
    }
  }
  const outputs: string[] = Array.from({ length: reduceTasks }, () => '');
  for (const [key, values] of [...groups].sort(inByteOrder)) {
    outputs[partition(key, reduceTasks)] += formatPair(
      key,
      await job.reduce(key, values),
    );
  }
  for (const [reduce, text] of outputs.entries()) {
    commit(join(folder, `mr-out-${reduce}`), text);
  }
}

function inByteOrder([a]: [string, unknown], [b]: [string, unknown]): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Readers find the whole file or none, whenever this process is killed. */
function commit(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}
