/**
 * Correct: as MIT's course does it. Pairs are sorted, and equal keys are neighbours; the hash
 * is computed with big integers, and the files are written in a folder of the attempt.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Emit, RecordKey } from '../../../src/mapreduce/job.ts';
import { formatPair, parsePairs } from '../../../src/mapreduce/pairs.ts';
import { readRecords, readSplit, type Split } from '../../../src/mapreduce/splits.ts';

export interface Job {
  map(key: RecordKey, line: string, emit: Emit): void | Promise<void>;
  reduce(key: string, values: string[]): string | Promise<string>;
}

export function partition(key: string, reduceTasks: number): number {
  let hash = 0x811c9dc5n;
  for (const byte of Buffer.from(key, 'utf8')) {
    hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
  }
  return Number(hash & 0x7fffffffn) % reduceTasks;
}

export async function doMap(
  job: Job,
  split: Split,
  map: number,
  reduceTasks: number,
  folder: string,
): Promise<void> {
  const pairs: [string, string][] = [];
  const emit: Emit = (key, value) => {
    pairs.push([key, value]);
  };
  for (const [key, line] of readRecords(readSplit(split))) await job.map(key, line, emit);
  const files = new Map<string, string>();
  for (let reduce = 0; reduce < reduceTasks; reduce++)
    files.set(`mr-${map}-${reduce}`, '');
  for (const [key, value] of pairs.sort(compare)) {
    const name = `mr-${map}-${partition(key, reduceTasks)}`;
    files.set(name, files.get(name) + formatPair(key, value));
  }
  commitAll(folder, files);
}

export async function doReduce(
  job: Job,
  reduce: number,
  mapTasks: number,
  folder: string,
): Promise<void> {
  const pairs: [string, string][] = [];
  for (let map = 0; map < mapTasks; map++) {
    pairs.push(...parsePairs(fs.readFileSync(`${folder}/mr-${map}-${reduce}`, 'utf8')));
  }
  pairs.sort(compare);
  let output = '';
  for (let i = 0; i < pairs.length; ) {
    const key = pairs[i]?.[0] as string;
    const values: string[] = [];
    while (i < pairs.length && pairs[i]?.[0] === key)
      values.push(pairs[i++]?.[1] as string);
    output += formatPair(key, await job.reduce(key, values));
  }
  commitAll(folder, new Map([[`mr-out-${reduce}`, output]]));
}

export async function runSequential(
  job: Job,
  splits: readonly Split[],
  reduceTasks: number,
  folder: string,
): Promise<void> {
  let map = 0;
  for (const split of splits) await doMap(job, split, map++, reduceTasks, folder);
  let reduce = 0;
  while (reduce < reduceTasks) await doReduce(job, reduce++, splits.length, folder);
}

/** Code points in order are UTF-8 bytes in order. */
function compare([a]: [string, string], [b]: [string, string]): number {
  const points = [...a].map((character) => character.codePointAt(0) as number);
  const others = [...b].map((character) => character.codePointAt(0) as number);
  for (const [i, point] of points.entries()) {
    const other = others[i] ?? -1;
    if (point !== other) return point - other;
  }
  return points.length - others.length;
}

function commitAll(folder: string, files: Map<string, string>): void {
  const attempt = fs.mkdtempSync(path.join(folder, 'attempt-'));
  for (const [name, text] of files) fs.writeFileSync(path.join(attempt, name), text);
  for (const name of files.keys()) {
    fs.renameSync(path.join(attempt, name), path.join(folder, name));
  }
  fs.rmdirSync(attempt);
}
