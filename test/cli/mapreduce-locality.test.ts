/** Workers that hold a part of the input on their own disks. Real processes. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { freshPath, jobs } from './mapreduce-run.ts';
import { type Program, run, start } from './program.ts';

// Several processes each: a ceiling for a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const token = 'the-token-of-the-tests';
const names = ['a.txt', 'b.txt', 'c.txt', 'd.txt'];

function newFolder(): string {
  const path = freshPath();
  mkdirSync(path);
  return path;
}

/** Four files of one line, and their folder. */
function writeInput(): string {
  const input = newFolder();
  for (const name of names) writeFileSync(join(input, name), `the text of ${name}\n`);
  return input;
}

/** A folder with copies of some of them. */
function copyInput(input: string, ...copied: string[]): string {
  const folder = newFolder();
  for (const name of copied) copyFileSync(join(input, name), join(folder, name));
  return folder;
}

async function startMaster(input: string, until: string) {
  const program = start('mapreduce', [
    ...['--listen', '127.0.0.1:0', '--token', token, '--verify', '--json'],
    ...['--workers', '0', '--no-backup', '--output', freshPath()],
    ...['--job', join(jobs, 'computes-long.ts'), '--param', `until=${until}`, input],
  ]);
  const [, address = ''] = await program.prints(/--master (\S+) --token/);
  return { program, address };
}

function startWorker(address: string, ...args: string[]): Program {
  const options = ['--master', address, '--token', token, '--apart', ...args];
  return start('worker', options, { TMPDIR: newFolder() });
}

async function readSummary(program: Program) {
  expect((await program.exited).code, program.stderr()).toBe(0);
  return JSON.parse(program.stdout());
}

test('two workers that hold different halves read their own', async () => {
  const [input, until] = [writeInput(), freshPath()];
  const { program, address } = await startMaster(input, until);
  const halves = [names.slice(2), names.slice(0, 2)];
  const logs: string[] = [];
  for (const half of halves) {
    const worker = startWorker(address, '--holds', copyInput(input, ...half));
    logs.push((await worker.prints(/computing the text of .*/))[0]);
    expect(worker.stderr()).toMatch(/^holds 2 files of 0\.0 MB$/m);
  }
  expect(logs).toEqual(['computing the text of c.txt', 'computing the text of a.txt']);
  writeFileSync(until, '');
  const { verified, mapInput } = await readSummary(program);
  expect(verified).toBe(true);
  // Whoever has read his own half first may help the other one.
  expect(mapInput.local).toBeGreaterThanOrEqual(3);
  expect(mapInput.local + mapInput.remote).toBe(4);
  expect(program.stderr()).toMatch(
    /joins as worker 1; it holds the input of 2 map tasks/,
  );
});

test('what a worker does not hold, or holds with other content, comes over the network', async () => {
  const [input, until] = [writeInput(), freshPath()];
  writeFileSync(until, '');
  const { program, address } = await startMaster(input, until);
  const held = copyInput(input, 'a.txt', 'b.txt');
  writeFileSync(join(held, 'b.txt'), 'the lies of b.txt\n');
  startWorker(address, '--holds', held);
  const { verified, mapInput } = await readSummary(program);
  expect(verified).toBe(true);
  const bytes = 3 * 'the text of b.txt\n'.length;
  expect(mapInput).toEqual({ local: 1, remote: 3, movedBytes: bytes });
});

test('a folder that is not there is one sentence', async () => {
  const args = ['--master', '127.0.0.1:1', '--token', token, '--holds', '/not/there'];
  const { code, stderr } = await run('worker', args);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: --holds: input \/not\/there does not exist [^\n]*\n$/);
});
