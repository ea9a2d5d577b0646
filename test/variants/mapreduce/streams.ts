/**
 * Correct: streams into hidden files and renames them when they are closed.
 */
import { createWriteStream, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Emit, RecordKey } from '../../../src/mapreduce/job.ts';
import { formatPair, parsePairs } from '../../../src/mapreduce/pairs.ts';
import { readRecords, readSplit, type Split } from '../../../src/mapreduce/splits.ts';

export interface Job {
  map(key: RecordKey, line: string, emit: Emit): void | Promise<void>;
  reduce(key: string, values: string[]): string | Promise<string>;
}

export const partition = (key: string, reduceTasks: number): number => {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(Buffer.from(key))) {
    hash ^= byte;
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash & 0x7fffffff) % reduceTasks;
};

export const doMap = async (
  job: Job,
  split: Split,
  map: number,
  reduceTasks: number,
  folder: string,
): Promise<void> => {
  const texts: string[] = new Array(reduceTasks).fill('');
  for (const [key, line] of readRecords(readSplit(split))) {
    await job.map(key, line, (key, value) => {
      const reduce = partition(key, reduceTasks);
      texts[reduce] = `${texts[reduce]}${formatPair(key, value)}`;
    });
  }
  for (let reduce = 0; reduce < reduceTasks; reduce++) {
    await commit(join(folder, `mr-${map}-${reduce}`), [texts[reduce] ?? '']);
  }
};

export const doReduce = async (
  job: Job,
  reduce: number,
  mapTasks: number,
  folder: string,
): Promise<void> => {
  const groups = new Map<string, string[]>();
  for (let map = 0; map < mapTasks; map++) {
    const bytes = readFileSync(join(folder, `mr-${map}-${reduce}`));
    for (const [key, value] of parsePairs(bytes.toString())) {
      groups.set(key, (groups.get(key) ?? []).concat(value));
    }
  }
  const keys = [...groups.keys()].sort((a, b) => Buffer.from(a).compare(Buffer.from(b)));
  const lines: string[] = [];
  for (const key of keys) {
    lines.push(formatPair(key, await job.reduce(key, groups.get(key) ?? [])));
  }
  await commit(join(folder, `mr-out-${reduce}`), lines);
};

export const runSequential = async (
  job: Job,
  splits: readonly Split[],
  reduceTasks: number,
  folder: string,
): Promise<void> => {
  for (const map of splits.keys()) {
    await doMap(job, splits[map] as Split, map, reduceTasks, folder);
  }
  await Promise.all(
    Array.from({ length: reduceTasks }, (_, reduce) => {
      return doReduce(job, reduce, splits.length, folder);
    }),
  );
};

let attempts = 0;

async function commit(file: string, lines: readonly string[]): Promise<void> {
  const hidden = join(dirname(file), `.attempt-${process.pid}-${attempts++}`);
  const stream = createWriteStream(hidden);
  for (const line of lines) stream.write(line);
  stream.end();
  await finished(stream);
  renameSync(hidden, file);
}
