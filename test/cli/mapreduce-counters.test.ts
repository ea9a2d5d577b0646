/** Counters: exact however often a task was executed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, freshPath, input, jobs, runJson, smallInput } from './mapreduce-run.ts';
import { run } from './program.ts';

const job = ['--job', join(jobs, 'counts.ts'), '--reduce-tasks', '2'];

test.each([
  ['without faults', []],
  ['with a killed worker', ['--workers', '3', '--kill-worker', '2']],
  ['with crashes and backups', ['--crash-probability', '15', '--slow-worker', '1:5']],
])('%s, each task counts once', async (_what, faults) => {
  const args = [...job, '--verify', ...faults, ...smallInput];
  const { code, summary } = await runJson(args);
  expect(code).toBe(0);
  expect(summary.verified).toBe(true);
  const { counters: own, ...numbers } = summary.totals;
  expect(Object.entries(own).sort()).toEqual([
    ['__proto__', 400],
    ['characters', 400 * 'line 0 of constructor __proto__ é'.length],
    ['words', 12],
  ]);
  expect(numbers).toMatchObject({
    recordsIn: 400,
    recordsSkipped: 0,
    pairsEmitted: 400 * 6,
    pairsOut: 12,
  });
  expect(numbers.bytesShuffled).toBeGreaterThan(numbers.bytesOut);
});

test('a person sees them', async () => {
  const args = [...job, '--workers', '1', '--output', freshPath(), input];
  const { code, stdout } = await run('mapreduce', args);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /in 400 records, 14 kB; emitted 2400 pairs\nshuffled (\d+ bytes), \1 of it from its own disk; out 12 pairs/,
  );
  expect(stdout).toMatch(
    /the job's counters:\n {2}__proto__: 400\n {2}characters: 13200\n/,
  );
});

test('what is counted only in one of two runs is found out', async () => {
  const path = join(folder, 'counts-by-chance.mts');
  writeFileSync(
    path,
    `export function map(key, line, emit, count) { count('processes', process.pid); emit(line, ''); }
     export const reduce = () => '';`,
  );
  const { code, stderr } = await runJson(['--job', path, '--verify', ...smallInput]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/the counter "processes" is \d+, in the sequential run \d+/);
});

test.each([
  ["count('')", /count takes a name of 1 to 100 characters, it got ""/],
  ["count('half', 0.5)", /count\('half', …\) adds whole numbers, it got 0.5/],
  ['for (let i = 0; i < 101; i++) count(String(i))', /more than 100 counters: emit/],
])('%s is refused', async (call, pattern) => {
  const path = `${freshPath()}.mts`;
  const source = `export function map(key, line, emit, count) { emit(line, ''); ${call} }
    export const reduce = () => '';`;
  writeFileSync(path, source);
  const args = ['--job', path, '--workers', '1', '--max-failures', '1', ...smallInput];
  const { code, stderr } = await runJson(args);
  expect(code).toBe(1);
  expect(stderr).toMatch(pattern);
});

test('what is read on one’s own disk is told from what is not', async () => {
  const near = await runJson([...job, '--workers', '3', ...smallInput]);
  const { bytesRead, totals } = near.summary;
  expect(bytesRead.local + bytesRead.remote).toBe(totals.bytesShuffled);
  const args = [...job, '--workers', '2', '--store', 'shared', ...smallInput];
  const { summary } = await runJson(args);
  expect(summary.bytesRead).toBe(null);
});
