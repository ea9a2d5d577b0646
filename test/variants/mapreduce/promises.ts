/**
 * Correct: files as promises, maps in parallel, temporary names that nobody else has.
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Emit, RecordKey } from '../../../src/mapreduce/job.ts';
import { formatPair, parsePairs } from '../../../src/mapreduce/pairs.ts';
import { readRecords, readSplit, type Split } from '../../../src/mapreduce/splits.ts';

export interface Job {
  map(key: RecordKey, line: string, emit: Emit): void | Promise<void>;
  reduce(key: string, values: string[]): string | Promise<string>;
}

const encoder = new TextEncoder();

export function partition(key: string, reduceTasks: number): number {
  const hash = encoder
    .encode(key)
    .reduce((hash, byte) => Math.imul(hash ^ byte, 16777619), 2166136261);
  return ((hash << 1) >>> 1) % reduceTasks;
}

export async function doMap(
  job: Job,
  split: Split,
  map: number,
  reduceTasks: number,
  folder: string,
) {
  const pairs: [string, string][] = [];
  for (const [key, line] of readRecords(readSplit(split))) {
    await job.map(key, line, (key, value) => void pairs.push([key, value]));
  }
  const files = Array.from({ length: reduceTasks }, (_, reduce) => {
    const mine = pairs.filter(([key]) => partition(key, reduceTasks) === reduce);
    const text = mine.map(([key, value]) => formatPair(key, value)).join('');
    return commit(folder, `mr-${map}-${reduce}`, text);
  });
  await Promise.all(files);
}

export async function doReduce(
  job: Job,
  reduce: number,
  mapTasks: number,
  folder: string,
) {
  const names = Array.from({ length: mapTasks }, (_, map) => `mr-${map}-${reduce}`);
  const texts = await Promise.all(
    names.map((name) => readFile(join(folder, name), 'utf8')),
  );
  const groups: Record<string, string[]> = Object.create(null);
  for (const text of texts) {
    for (const [key, value] of parsePairs(text)) {
      groups[key] ??= [];
      groups[key].push(value);
    }
  }
  const keys = Object.keys(groups).map((key) => Buffer.from(key));
  const lines: string[] = [];
  for (const key of keys.sort(Buffer.compare).map(String)) {
    lines.push(formatPair(key, await job.reduce(key, groups[key] ?? [])));
  }
  await commit(folder, `mr-out-${reduce}`, lines.join(''));
}

export async function runSequential(
  job: Job,
  splits: readonly Split[],
  reduceTasks: number,
  folder: string,
) {
  await Promise.all(
    splits.map((split, map) => doMap(job, split, map, reduceTasks, folder)),
  );
  for (const reduce of Array(reduceTasks).keys()) {
    await doReduce(job, reduce, splits.length, folder);
  }
}

async function commit(folder: string, name: string, text: string) {
  const temporary = join(folder, `${randomUUID()}.part`);
  await writeFile(temporary, text);
  await rename(temporary, join(folder, name));
}
