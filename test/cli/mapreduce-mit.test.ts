/**
 * The seven cases that MIT's course 6.5840 (lab 1) tests a MapReduce with, in our own words
 * and on our own data, each with real processes through the real command.
 *
 * | their case | here |
 * |---|---|
 * | wc | "word count" |
 * | indexer | "indexer" |
 * | map parallelism | "two map tasks were running at the same moment" |
 * | reduce parallelism | "two reduce tasks were running at the same moment" |
 * | job count | "each record is mapped once, each key reduced once" |
 * | early exit | "nobody leaves before the output is final" |
 * | crash | "workers that crash in a third of their calls" |
 *
 * Their oracle is ours: the bytes of the sequential run.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parsePairs } from '../../src/mapreduce/pairs.ts';
import {
  folder,
  freshPath,
  jobs,
  noBackup,
  readOutput,
  runJson,
  smallInput,
} from './mapreduce-run.ts';
import { listProcesses, start } from './program.ts';

const texts = join(folder, 'texts');
const words = ['whale', 'sea', 'ship', 'Ahab', 'être', 'the', 'a'];

/** The words of file `file`: each has others, and each of them more than one split. */
function wordsOf(file: number): string[] {
  return Array.from({ length: 900 }, (_, i) => `${words[(i * i + file) % (3 + file)]}`);
}

beforeAll(() => {
  mkdirSync(texts);
  for (let file = 0; file < 4; file++) {
    writeFileSync(join(texts, `${file}.txt`), wordsOf(file).join(file % 2 ? '\n' : ', '));
  }
});

async function runTexts(job: string) {
  const { code, stderr, summary, output } = await runJson([
    ...['--job', job, '--split-size', '2k', '--workers', '3', '--verify', texts],
  ]);
  expect(code, stderr).toBe(0);
  expect(summary).toMatchObject({ verified: true, inputFiles: 4, lostWorkers: [] });
  expect(summary.mapTasks).toBeGreaterThan(4);
  const written = Object.values(readOutput(output)).join('');
  return Object.fromEntries(parsePairs(written));
}

test('word count: the sequential run, and a count by hand', async () => {
  const expected: Record<string, string> = {};
  for (const word of [0, 1, 2, 3].flatMap(wordsOf))
    expected[word] = String(Number(expected[word] ?? 0) + 1);
  expect(await runTexts('word-count')).toEqual(expected);
});

test('indexer: the sequential run, and a list by hand', async () => {
  const files = [0, 1, 2, 3];
  const expected = words.flatMap((word) => {
    const names = files.filter((f) => wordsOf(f).includes(word)).map((f) => `${f}.txt`);
    return names.length === 0 ? [] : [[word, `${names.length} ${names.join(',')}`]];
  });
  expect(await runTexts('inverted-index')).toEqual(Object.fromEntries(expected));
});

test.each(['map', 'reduce'])(
  'two %s tasks were running at the same moment: each has seen the other',
  async (phase) => {
    const here = freshPath();
    const { code, stderr, summary, output } = await runJson([
      ...['--job', join(jobs, 'overlaps.ts'), '--param', `phase=${phase}`],
      ...['--param', 'together=2', '--param', `folder=${here}`],
      ...['--workers', '2', '--reduce-tasks', '2', ...smallInput],
    ]);
    expect(code, stderr).toBe(0);
    expect(summary.lostWorkers).toEqual([]);
    expect(readdirSync(join(here, 'here'))).toHaveLength(2);
    expect(Object.keys(readOutput(output))).toEqual(['mr-out-0', 'mr-out-1']);
  },
);

test('job count: each record is mapped once, each key reduced once', async () => {
  const calls = freshPath();
  const { code, summary } = await runJson([
    ...['--job', join(jobs, 'counts-calls.ts'), '--param', `folder=${calls}`],
    ...['--workers', '4', ...noBackup, ...smallInput],
  ]);
  expect(code).toBe(0);
  expect(summary.attempts).toBe(summary.mapTasks + summary.reduceTasks);
  const made = readdirSync(calls).flatMap((pid) =>
    readFileSync(join(calls, pid), 'utf8').trimEnd().split('\n'),
  );
  expect(made.filter((call) => call.startsWith('map'))).toHaveLength(400);
  expect(made.filter((call) => call.startsWith('reduce'))).toHaveLength(7);
  expect(new Set(made).size).toBe(made.length);
});

test('early exit: nobody leaves before the output is final', async () => {
  const until = freshPath();
  const output = freshPath();
  const program = start('mapreduce', [
    ...['--job', join(jobs, 'waits-in-reduce.ts'), '--param', `until=${until}`],
    ...['--param', 'key=line 3 of constructor __proto__ é', '--json'],
    ...['--workers', '3', '--reduce-tasks', '3', '--output', output, ...smallInput],
  ]);
  await program.prints(/reducing line 3/);
  await comesTrue(() => Object.keys(readOutput(output)).length === 2);
  const everybody = listProcesses(output);
  expect(everybody, 'two workers have nothing to do, and stay').toHaveLength(4);
  writeFileSync(until, '');
  await comesTrue(() => listProcesses(output).length < 4);
  const atFirstExit = readOutput(output);
  expect(await program.exited).toEqual({ code: 0, signal: null });
  expect(Object.keys(atFirstExit)).toEqual(['mr-out-0', 'mr-out-1', 'mr-out-2']);
  expect(readOutput(output)).toEqual(atFirstExit);
});

/** Looks until it does; the test's own ceiling ends a wait in vain. */
async function comesTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('crash: workers that crash in a third of their calls, and stall in another', () => {
  /** One call per line and per word: enough for every crash that is planned. */
  const crashing = (seed: number, crashes: number) => [
    ...['--job', join(jobs, 'crashes.ts'), '--param', `folder=${freshPath()}`],
    ...['--param', `seed=${seed}`, '--param', `crashes=${crashes}`],
  ];
  const input = join(folder, 'crash.txt');
  const shape = ['--split-size', '20', '--reduce-tasks', '3', input];

  beforeAll(() => {
    const lines = Array.from({ length: 12 }, (_, i) => `line ${words[i % 7]} of ${i}`);
    writeFileSync(input, lines.join('\n'));
  });

  test.each([1, 2])('seed %i: the output of a run that does not crash', async (seed) => {
    const crashed = await runJson([...crashing(seed, 4), '--workers', '6', ...shape]);
    expect(crashed.code, crashed.stderr).toBe(0);
    expect(crashed.summary.lostWorkers).toHaveLength(4);
    expect(crashed.summary.reExecuted.map).toBeGreaterThan(0);
    const calm = await runJson(['--job', 'word-count', '--workers', '1', ...shape]);
    expect(readOutput(crashed.output)).toEqual(readOutput(calm.output));
  });

  test('nobody survives: the run fails, and claims no output', async () => {
    const { code, stderr } = await runJson([
      ...crashing(3, 9),
      '--workers',
      '2',
      ...shape,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('all 2 workers are lost');
  });
});
