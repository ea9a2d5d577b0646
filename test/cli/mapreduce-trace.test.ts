/** `--trace`: a document that viewers open, of every run, however it ended. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TraceDocument } from '../../src/mapreduce/trace-format.ts';
import { findBreaches, listBars, listMarks } from '../mapreduce/trace-rules.ts';
import { folder, freshPath, jobs, runJson, smallInput } from './mapreduce-run.ts';
import { run, start } from './program.ts';

function readTrace(path: string): TraceDocument {
  const text = readFileSync(path, 'utf8');
  expect(findBreaches(text)).toEqual([]);
  return JSON.parse(text);
}

test('a killed worker: a bar for each attempt, and what the loss cost', async () => {
  const path = freshPath();
  const { code, summary } = await runJson([
    ...['--kill-worker', '2', '--trace', path, ...smallInput],
  ]);
  expect(code).toBe(0);
  const trace = readTrace(path);
  const bars = listBars(trace);
  expect(bars).toHaveLength(summary.attempts);
  const tasks = summary.mapTasks + summary.reduceTasks;
  expect(bars.filter((bar) => bar.endsWith(' completed'))).toHaveLength(tasks);
  expect(bars).toContainEqual(expect.stringMatching(/^2: map \d+ killed$/));
  expect(bars).toContainEqual(
    expect.stringMatching(/^2: .*completed, output lost later/),
  );
  expect(listMarks(trace)).toEqual(
    expect.arrayContaining(['2: SIGKILL', '2: worker lost', 'all: barrier opens']),
  );
  expect(trace.otherData).toEqual({ job: 'word-count' });
});

test('a job that fails leaves a trace of its failures, and nothing else', async () => {
  const path = freshPath();
  const poison = join(folder, 'poison.txt');
  writeFileSync(poison, 'a\npoison\n');
  const args = ['--job', join(jobs, 'throws-on-record.ts'), '--trace', path, poison];
  const { code, output } = await runJson(args);
  expect(code).toBe(1);
  expect(existsSync(output)).toBe(false);
  const trace = readTrace(path);
  expect(listBars(trace).map((bar) => bar.slice(3))).toEqual(
    Array(3).fill('map 0 failed'),
  );
  expect(JSON.stringify(trace)).toContain('"error":"Error: cannot digest poison"');
  const marks = listMarks(trace);
  expect(marks.filter((mark) => !mark.endsWith(': had no task'))).toEqual([
    'all: job failed',
  ]);
});

test('Ctrl-C leaves a trace of what was running', async () => {
  const path = freshPath();
  const program = start('mapreduce', [
    ...['--job', join(jobs, 'computes-long.ts'), '--param', `until=${freshPath()}`],
    ...['--workers', '2', '--trace', path, '--output', freshPath(), ...smallInput],
  ]);
  await program.prints(/\[worker 1\] computing/);
  await program.prints(/\[worker 2\] computing/);
  program.child.kill('SIGINT');
  expect(await program.exited).toEqual({ code: 130, signal: null });
  expect(listBars(readTrace(path)).toSorted()).toEqual([
    expect.stringMatching(/^1: map [01] unfinished$/),
    expect.stringMatching(/^2: map [01] unfinished$/),
  ]);
});

test('a trace that cannot be written is one sentence before the run starts', async () => {
  mkdirSync(join(folder, 'taken'));
  for (const [path, why] of [
    ['/nowhere/trace.json', 'there is no such folder'],
    [join(folder, 'taken'), 'that is a folder'],
  ]) {
    const args = ['--trace', path as string, ...smallInput];
    const { code, stdout, stderr } = await run('mapreduce', args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`error: --trace ${path}: ${why}\n`);
  }
});
