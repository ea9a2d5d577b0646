/** One process instead of a cluster: `--sequential`, `--only` and `--inspect`. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePairs } from '../../src/mapreduce/pairs.ts';
import {
  folder,
  freshPath,
  input,
  jobs,
  readOutput,
  runJson,
  smallInput,
} from './mapreduce-run.ts';
import { run, start, watch } from './program.ts';

const job = ['--job', join(jobs, 'counts.ts'), '--reduce-tasks', '2'];

test('--sequential writes what the workers write, and counts what they count', async () => {
  const alone = await runJson([...job, '--sequential', ...smallInput]);
  const together = await runJson([...job, '--workers', '2', ...smallInput]);
  expect([alone.code, together.code]).toEqual([0, 0]);
  expect(readOutput(alone.output)).toEqual(readOutput(together.output));
  const { bytesShuffled, ...totals } = together.summary.totals;
  expect(alone.summary).toMatchObject({ sequential: true, workers: 0, totals });
  expect(together.summary.sequential).toBe(false);
});

test('--sequential fails where the workers would: a job that emits nothing is no answer', async () => {
  const silent = ['--job', join(jobs, 'emits-nothing.ts'), '--sequential'];
  const { code, output, stdout, stderr } = await runJson([...silent, ...smallInput]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('the map function emitted nothing for any of the 400 records');
  expect(existsSync(output)).toBe(false);
});

test('--only map prints the pairs of one split, as they are emitted', async () => {
  const { code, stdout } = await run('mapreduce', [
    ...job,
    '--only',
    'map:1',
    ...smallInput,
  ]);
  expect(code).toBe(0);
  const words = [...parsePairs(stdout)].map(([word]) => word);
  const text = readFileSync(input, 'utf8');
  expect(text.replaceAll('\n', ' ')).toContain(words.join(' '));
  expect(words.length).toBeLessThan(text.split(/\s/).length / 5);
});

test('--only reduce prints one output file', async () => {
  const { output } = await runJson([...job, '--sequential', ...smallInput]);
  const args = [...job, '--only', 'reduce:1', ...smallInput];
  const { code, stdout } = await run('mapreduce', args);
  expect(code).toBe(0);
  expect(stdout).toBe(readOutput(output)['mr-out-1']);
});

test('what the job prints is log; who has read enough may go', async () => {
  const path = join(folder, 'prints.mts');
  writeFileSync(
    path,
    `export function map(key, line, emit) { console.log('noise'); emit(line, 'x'.repeat(1e6)); }
     export const reduce = () => '';`,
  );
  const program = start('mapreduce', ['--job', path, '--only', 'map:0', ...smallInput]);
  const [first] = await program.prints(/line 0 of constructor.*xxx/);
  expect(first).not.toContain('noise');
  program.child.stdout?.destroy();
  const { code } = await program.exited;
  expect(code).toBe(0);
  expect(program.stderr()).toContain('noise');
  expect(program.stderr()).not.toContain('EPIPE');
});

describe('--inspect', () => {
  test('waits for a debugger, and pauses before the first record', async () => {
    const args = [...job, '--only', 'map:0', '--inspect', ...smallInput];
    const program = start('mapreduce', args);
    const [, address] = await program.prints(/Debugger listening on ws:\/\/([\d.:]+)\//);
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    const list = await fetch(`http://${address}/json/list`);
    expect(await list.json()).toMatchObject([{ type: 'node' }]);
    expect(program.stdout()).toBe('');

    const debuggerProcess = watch(
      spawn(process.execPath, ['inspect', address as string], {
        env: { ...process.env, NODE_OPTIONS: '', TERM: 'dumb' },
      }),
    );
    await debuggerProcess.prints(/break in .*sequential-main\.mjs:\d+/);
    expect(program.stdout()).toBe('');
    debuggerProcess.child.stdin?.write('bt\n');
    await debuggerProcess.prints(/mapLines/);
    debuggerProcess.child.stdin?.write('cont\n');
    // As every inspected program of Node does at its end.
    await program.prints(/Waiting for the debugger to disconnect/);
    debuggerProcess.child.stdin?.write('.exit\n');
    const { code } = await program.exited;
    expect(code).toBe(0);
    expect(program.stdout()).toMatch(/^line\t1\n0\t1\nof\t1\n/);
  });
});

test.each<[string[], RegExp]>([
  [['--only', 'map'], /must look like map:3 or reduce:1/],
  [['--only', 'map:99'], /--only map:99: the job has \d+ map tasks?, 0 to \d/],
  [['--only', 'reduce:2'], /--only reduce:2: the job has 2 reduce tasks, 0 to 1/],
  [['--only', 'map:0', '--top', '3'], /--top: --only prints the pairs of one task/],
  [
    ['--sequential', '--kill-worker', '1'],
    /--kill-worker: --sequential runs in one proc/,
  ],
  [['--sequential', '--no-backup'], /--no-backup: --sequential runs in one process/],
  [['--sequential', '--only', 'map:0'], /one runs the job, one a task; choose/],
  [['--inspect'], /--inspect: add --only map:0, or --sequential/],
])('%j is refused', async (options, pattern) => {
  const { code, stdout, stderr } = await run('mapreduce', [...job, ...options, input]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(pattern);
});

test('a job that fails, or ends its process, leaves no output', async () => {
  const bad = `${freshPath()}.txt`;
  for (const [line, pattern] of [
    ['throw', /record at byte 5 of .*: "throw"\nError: cannot digest this/],
    ['kill', /ended before its end: SIGKILL/],
    ['exit', /ended before its end: exit code 7/],
  ] as const) {
    writeFileSync(bad, `good\n${line}\n`);
    const args = ['--job', join(jobs, 'bad-records.ts'), '--sequential', bad];
    const { code, stderr, output } = await runJson(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(pattern);
    expect(existsSync(output)).toBe(false);
  }
});
