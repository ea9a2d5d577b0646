/**
 * The benchmark works, and says what it lacks; what it measures is no test. Only ours takes
 * part, for a moment: no peer has to be installed.
 */
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeWithChromium } from '../chromium.ts';
import { root } from '../cli/program.ts';
import { runBench } from './bench-program.ts';

test('prints a table with ratios, and the goals, by the peers that take part', async () => {
  const choice = ['--quick', '--peers', 'ours,bound', '--rows', 'add x64'];
  const { code, stdout, stderr } = await runBench(root, 'rpc-calls', ...choice);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^add x64 +calls\/s +min - max +ours \/ it$/m);
  expect(stdout).toMatch(/^ {2}ours json-rpc +[\d,.]+ +[\d,.]+ - [\d,.]+ +1\.00$/m);
  expect(stdout).toMatch(/^ {2}hand-rolled .* \d+\.\d\d$/m);
  expect(stdout).toMatch(
    /(met|NOT MET) +\d\.\d+ +at least 0\.8 +add x64: the hand-rolled/,
  );
  expect(stdout).toMatch(/not run +- +at least 1\.5 +add x64: the fastest Node peer/);
});

test('answers every one of many calls at once, and tells the memory they took', async () => {
  const { code, stdout } = await runBench(root, 'rpc-memory', '--quick', '--json');
  expect(code).toBe(0);
  const { results } = JSON.parse(stdout)['rpc-memory'];
  expect(results).toMatchObject({ calls: 10_000, rightAnswers: 10_000 });
});

test('without its peers it says in one sentence what to run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['package.json', 'src', 'test/bench']) {
    const filter = (file: string) => !file.includes('bench/node_modules');
    cpSync(join(root, name), join(folder, name), { recursive: true, filter });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { code, stderr } = await runBench(folder, 'rpc');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: not installed: birpc.*npm ci --prefix test\/bench.*\n$/,
  );
});

test('tells how long an exercise takes to grade, and what a grading leaves behind', async () => {
  const args = ['--rounds', '1', '--rows', 'ping|cristian|mapreduce'];
  const { code, stdout, stderr } = await runBench(root, 'grading', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const name of ['ping', 'cristian', 'mapreduce']) {
    expect(stdout).toMatch(
      new RegExp(`^ {2}solutions/${name} +[\\d.]+ +[\\d. -]+ 0 +(0|unknown)$`, 'm'),
    );
  }
  expect(stdout).toMatch(/^ {2}met +0\.00 +at most 0 +grading: wrong exit codes$/m);
}, 300_000);

describeWithChromium('the benchmark of the page', () => {
  test('counts what the page shows, and how long its frames are', async () => {
    const { code, stdout, stderr } = await runBench(root, 'page', '--quick');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^page: 204 tasks, \d+ of \d+ attempts and \d+ of \d+ moments/m,
    );
    expect(stdout).toMatch(/^ {2}met +0\.00 +at most 0 +page: entries that it lacks$/m);
    expect(stdout).toMatch(/(met|NOT MET) +[\d.]+ +under 50 +page: ms a frame, median/);
  }, 120_000);
});
