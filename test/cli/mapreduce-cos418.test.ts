/**
 * The cases that Princeton's COS 418 (assignment 1) tests a MapReduce with, in our own words
 * and on our own data, each with real processes through the real command. Their workers stop
 * answering between tasks; ours are killed in the middle of one.
 *
 * | their case | here |
 * |---|---|
 * | sequential, single | "sequential: 1 map task and 1 reduce task" |
 * | sequential, many | "sequential: 5 map tasks and 3 reduce tasks" |
 * | word count | mapreduce-mit.test.ts, "word count" |
 * | basic | "basic: two workers, and each has done work" |
 * | one failure | "one failure" |
 * | many failures | "many failures" |
 * | inverted index | "inverted index" |
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadJob } from '../../src/mapreduce/job.ts';
import { partitionOf, sortKeys } from '../../src/mapreduce/partition.ts';
import { runSequential } from '../../src/mapreduce/sequential.ts';
import { planSplits } from '../../src/mapreduce/splits.ts';
import type { TraceDocument } from '../../src/mapreduce/trace-format.ts';
import { listBars } from '../mapreduce/trace-rules.ts';
import {
  folder,
  freshPath,
  jobs,
  noBackup,
  readOutput,
  runJson,
} from './mapreduce-run.ts';

const numbers = Array.from({ length: 100_000 }, (_, i) => String(i));
const numbersJob = join(jobs, 'numbers.ts');

/** Writes all numbers into so many files, dealt out like cards; returns the folder. */
function deal(files: number): string {
  const path = freshPath();
  mkdirSync(path);
  for (let file = 0; file < files; file++) {
    const dealt = numbers.filter((_, i) => i % files === file);
    writeFileSync(join(path, `${file}.txt`), `${dealt.join('\n')}\n`);
  }
  return path;
}

let fiveFiles: string;
beforeAll(() => {
  fiveFiles = deal(5);
});

/** What must be in the output: every number once, where it belongs, in order. */
function expectedOutput(reduceTasks: number): Record<string, string> {
  const sorted = sortKeys([...numbers]);
  return Object.fromEntries(
    Array.from({ length: reduceTasks }, (_, reduce) => [
      `mr-out-${reduce}`,
      sorted
        .filter((number) => partitionOf(number, reduceTasks) === reduce)
        .map((number) => `${number}\t\n`)
        .join(''),
    ]),
  );
}

test.each([
  [1, 1],
  [5, 3],
])('sequential: %i map tasks and %i reduce tasks', async (mapTasks, reduceTasks) => {
  const path = mapTasks === 5 ? fiveFiles : deal(1);
  const files = Array.from({ length: mapTasks }, (_, i) => {
    const file = join(path, `${i}.txt`);
    return { file, name: `${i}.txt`, bytes: readFileSync(file).length };
  });
  const splits = planSplits(files, 1e6);
  expect(splits).toHaveLength(mapTasks);
  const output = freshPath();
  await runSequential(await loadJob(numbersJob, {}), splits, reduceTasks, output);
  expect(readOutput(output)).toEqual(expectedOutput(reduceTasks));
});

/** About 30 map tasks over the numbers; the output is right to the byte. */
async function runNumbers(args: readonly string[]) {
  const { code, stderr, summary, output } = await runJson([
    ...['--job', numbersJob, '--split-size', '20k', '--reduce-tasks', '5'],
    ...args,
    fiveFiles,
  ]);
  expect(code, stderr).toBe(0);
  expect(readOutput(output)).toEqual(expectedOutput(5));
  return summary;
}

test('basic: two workers, and each has done work', async () => {
  const trace = freshPath();
  const meeting = ['--param', 'together=2', '--param', `folder=${freshPath()}`];
  const args = ['--workers', '2', ...noBackup, ...meeting, '--trace', trace];
  const summary = await runNumbers(args);
  expect(summary.attempts).toBe(summary.mapTasks + 5);
  const bars = listBars(JSON.parse(readFileSync(trace, 'utf8')) as TraceDocument);
  for (const worker of [1, 2]) {
    const done = bars.filter((bar) => new RegExp(`^${worker}: .* completed$`).test(bar));
    expect(done.length, `worker ${worker}`).toBeGreaterThan(0);
  }
});

test('one failure: of two workers one is killed in the middle of a task', async () => {
  const summary = await runNumbers(['--workers', '2', '--kill-worker', '1']);
  expect(summary.lostWorkers).toEqual([1]);
  expect(summary.reExecuted.map).toBeGreaterThanOrEqual(2);
});

test('many failures: worker after worker is killed, until one of six is left', async () => {
  const kills = [1, 2, 3, 4, 5].flatMap((worker) => ['--kill-worker', String(worker)]);
  const summary = await runNumbers(['--workers', '6', ...kills]);
  expect(summary.lostWorkers.toSorted()).toEqual([1, 2, 3, 4, 5]);
  expect(summary.reExecuted.map).toBeGreaterThanOrEqual(10);
});

test('inverted index: how many files hold a word, and which', async () => {
  const path = join(folder, 'library');
  mkdirSync(path);
  writeFileSync(join(path, 'ahab.txt'), 'Call me Ahab.\nThe whale, the whale!\n');
  writeFileSync(join(path, 'alice.txt'), "Don't call me a whale\n");
  writeFileSync(join(path, 'zoo.txt'), 'a whale\n');
  const { code, output } = await runJson([
    ...['--job', 'inverted-index', '--workers', '2', '--reduce-tasks', '1'],
    ...['--verify', path],
  ]);
  expect(code).toBe(0);
  expect(readOutput(output)['mr-out-0']?.trimEnd().split('\n')).toEqual([
    ...['Ahab\t1 ahab.txt', 'Call\t1 ahab.txt', 'Don\t1 alice.txt', 'The\t1 ahab.txt'],
    ...['a\t2 alice.txt,zoo.txt', 'call\t1 alice.txt', 'me\t2 ahab.txt,alice.txt'],
    ...['t\t1 alice.txt', 'the\t1 ahab.txt', 'whale\t3 ahab.txt,alice.txt,zoo.txt'],
  ]);
});
