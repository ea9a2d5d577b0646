/**
 * What a student's module exports, the jobs that it is given, and the folders it works in.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckFailure } from '../../../src/grading/check.ts';
import type { Emit, RecordKey } from '../../../src/mapreduce/job.ts';
import { formatPair, parsePairs } from '../../../src/mapreduce/pairs.ts';
import type { Split } from '../../../src/mapreduce/splits.ts';

export interface Job {
  map(key: RecordKey, line: string, emit: Emit): void | Promise<void>;
  reduce(key: string, values: string[]): string | Promise<string>;
}

export interface Subject {
  partition(key: string, reduceTasks: number): number;
  doMap(
    job: Job,
    split: Split,
    map: number,
    reduceTasks: number,
    folder: string,
  ): Promise<void>;
  doReduce(job: Job, reduce: number, mapTasks: number, folder: string): Promise<void>;
  runSequential(
    job: Job,
    splits: readonly Split[],
    reduceTasks: number,
    folder: string,
  ): Promise<void>;
}

export type Pair = [key: string, value: string];

/** Emits each word with its line's place; the values of a key tell their own order. */
export const placesJob: Job = {
  map({ file, offset }, line, emit) {
    for (const word of line.split(' ')) if (word) emit(word, `${file}:${offset}`);
  },
  reduce: (_word, places) => places.join(' '),
};

/** The same, taking turns with whatever else runs: nobody may forget to wait. */
export const slowPlacesJob: Job = {
  async map(key, line, emit) {
    await nextTurn();
    await placesJob.map(key, line, emit);
  },
  async reduce(word, places) {
    await nextTurn();
    return placesJob.reduce(word, places);
  },
};

/** Each line is a pair as JSON; values are joined by a bar. */
export const pairsJob: Job = {
  map(_key, line, emit) {
    const [key, value] = JSON.parse(line) as Pair;
    emit(key, value);
  },
  reduce: (_key, values) => values.join('|'),
};

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Runs `use` with a new folder that is removed afterwards, and whose name nobody is told. */
export async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mapreduce-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Also where the student's code ends the process.
  process.once('exit', remove);
  try {
    await use(folder);
  } catch (error) {
    // What nobody waited for may still be at work in here.
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    throw hidePath(error, folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** The same failure says the same in every run. */
function hidePath(error: unknown, folder: string): unknown {
  if (error instanceof CheckFailure) {
    const { did, saw, expected, mistake } = error.explanation;
    const hide = (text: string) => text.replaceAll(folder, 'folder');
    return new CheckFailure({ did, saw: hide(saw), expected: hide(expected), mistake });
  }
  if (error instanceof Error) error.message = error.message.replaceAll(folder, 'folder');
  return error;
}

/** Writes `text` into a file of `folder`; the whole of it is one split. */
export function writeSplit(folder: string, name: string, text: string): Split {
  const file = join(folder, name);
  writeFileSync(file, text);
  return { file, name, start: 0, end: Buffer.byteLength(text) };
}

/** Writes the file that a map task would have committed. */
export function writePairs(folder: string, name: string, pairs: readonly Pair[]): void {
  writeFileSync(join(folder, name), formatPairs(pairs));
}

export function formatPairs(pairs: readonly Pair[]): string {
  return pairs.map(([key, value]) => formatPair(key, value)).join('');
}

/** The pairs of a file in their order, or what is wrong with it as a phrase. */
export function readPairs(folder: string, name: string): Pair[] | string {
  const text = readText(folder, name);
  if (text === undefined) return `no file ${name}`;
  try {
    return [...parsePairs(text)];
  } catch {
    return `${name} holds ${show(text)}, which is not what formatPair writes`;
  }
}

/** Undefined: there is no such file. */
export function readText(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    return undefined;
  }
}

/** A value as JSON, what cannot be seen as its number, cut where it would fill the screen. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const visible = text.replace(/[^ \p{L}\p{N}\p{P}\p{S}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
  return visible.length > 160 ? `${visible.slice(0, 160)}…` : visible;
}
