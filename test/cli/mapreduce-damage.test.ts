/**
 * Disks that are full, and input that changes or goes away while the job runs: with real
 * processes, real limits and, where mounting is allowed, a real full disk. Loud, every time.
 */
import { type StdioOptions, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { folder, freshPath, jobs } from './mapreduce-run.ts';
import {
  listProcesses,
  listWords,
  markBy,
  type Program,
  root,
  start,
  watch,
} from './program.ts';

/** Every line is a word of its own: map output and result are as large as the input. */
const large = join(folder, 'large.txt');
const words = Array.from({ length: 200_000 }, (_, i) => `${toLetters(i)}\n`);
writeFileSync(large, words.join(''));

function toLetters(n: number): string {
  return [...n.toString(26).padStart(12, '0')]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('');
}

async function expectLoudFailure(
  program: Program,
  output: string,
  pattern: RegExp,
): Promise<void> {
  const { code, signal } = await program.exited;
  expect(program.stderr()).toMatch(pattern);
  expect(program.stderr()).not.toMatch(/internal error|\n\s+at /);
  expect({ code, signal }).toEqual({ code: 1, signal: null });
  expect(program.stdout()).toBe('');
  expect(existsSync(output) ? readdirSync(output) : []).toEqual([]);
  expect(listProcesses(output)).toEqual([]);
}

describe('a file that may not grow any more', () => {
  /** No process of the run may write a file larger than 2 MiB. */
  function startLimited(...args: string[]): Program {
    const node = [process.execPath, ...listWords('mapreduce')];
    // In blocks of 512 bytes.
    const shell = ['-c', 'ulimit -f 4096; exec "$@"', 'sh', ...node, ...args];
    const env = { ...process.env, ...markBy(args) };
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
    return watch(spawn('sh', shell, { cwd: root, stdio, env }));
  }

  test.each<[string, string[], RegExp]>([
    [
      'map output on a local disk',
      ['--split-size', '32M'],
      /map task 0 failed in 3 attempts.*\nmap output cannot be stored: EFBIG/,
    ],
    [
      'map output on shared storage',
      ['--split-size', '32M', '--store', 'shared'],
      /map task 0 failed in 3 attempts.*\nmap output cannot be stored: EFBIG/,
    ],
    [
      'the result',
      ['--split-size', '1M'],
      /reduce task 0 failed in 3 attempts.*\nEFBIG: file too large/,
    ],
  ])('%s', async (_what, args, pattern) => {
    const output = freshPath();
    const options = ['--output', output, '--json', '--workers', '2', ...args];
    const program = startLimited('--reduce-tasks', '1', ...options, large);
    await expectLoudFailure(program, output, pattern);
  });
});

describe('a disk that is full', () => {
  const disk = freshPath();
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'full', disk]);
  afterAll(() => void spawnSync('umount', [disk]));
  const isAllowed = mounted.status === 0;

  test.skipIf(!isAllowed)(
    'shared storage: fails loudly, and is empty again',
    async () => {
      const output = freshPath();
      const program = start('mapreduce', [
        ...['--store', 'shared', '--shared-folder', disk, '--json'],
        ...['--workers', '2', '--split-size', '1M', '--output', output, large],
      ]);
      const pattern =
        /map task \d failed in 3 attempts.*\nmap output cannot be stored: ENOSPC/;
      await expectLoudFailure(program, output, pattern);
      expect(readdirSync(disk)).toEqual([]);
    },
  );

  test.skipIf(!isAllowed)(
    'the output folder: fails loudly, and is empty again',
    async () => {
      const output = join(disk, 'output');
      const program = start('mapreduce', [
        ...['--workers', '2', '--split-size', '1M', '--reduce-tasks', '1', '--json'],
        ...['--output', output, large],
      ]);
      const pattern = /reduce task 0 failed in 3 attempts.*\nENOSPC: no space left/;
      await expectLoudFailure(program, output, pattern);
      expect(readdirSync(disk)).toEqual([]);
    },
  );
});

describe('input that is not what the job was planned for', () => {
  test.each<[string, (file: string) => void, RegExp]>([
    [
      'grows',
      (file) => appendFileSync(file, 'more\n'),
      /\ninput .*grows\.txt has changed since the job started \(\d+ bytes then, \d+ now\): run it again/,
    ],
    [
      'shrinks',
      (file) => truncateSync(file, 3),
      /\ninput .*shrinks\.txt is shorter than when the job started/,
    ],
    [
      'is written anew, as long as before',
      (file) => writeFileSync(file, 'b\n'.repeat(1000)),
      /has changed since the job started \(it was written to\): run it again/,
    ],
    ['is removed', unlinkSync, /cannot be read: ENOENT/],
  ])('%s', async (what, change, pattern) => {
    const [until, output] = [freshPath(), freshPath()];
    const file = join(folder, `${what.replaceAll(' ', '-')}.txt`);
    writeFileSync(file, 'a\n'.repeat(1000));
    const program = start('mapreduce', [
      ...['--job', join(jobs, 'computes-long.ts'), '--param', `until=${until}`],
      ...['--workers', '1', '--split-size', '1k', '--json', '--output', output, file],
    ]);
    await program.prints(/\[worker 1\] computing/);
    change(file);
    writeFileSync(until, '');
    await expectLoudFailure(program, output, pattern);
  });
});
