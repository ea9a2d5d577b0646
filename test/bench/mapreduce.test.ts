/**
 * The suite `mapreduce` works: its corpus is what it says, wrong answers are found, and each
 * table has its rows. How fast anything is, is no test.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { areGoneWithin, listProcesses, root } from '../cli/program.ts';
import { runBench, startBench } from './bench-program.ts';
import { createCorpus } from './corpus.ts';
import { type CountFormat, checkCounts, readCounts } from './mapreduce/word-counts.ts';

test('compares the whole word count with its peers, and checks every answer', async () => {
  const options = ['--megabytes', '1', '--rounds', '1', '--rows', 'word count'];
  const { code, stdout, stderr } = await runBench(root, 'mapreduce', ...options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^word count, 1 MB in 16 files +median s +min - max +MB\/s/m);
  const numbers = '[\\d.]+ +[\\d.]+ - [\\d.]+ +[\\d.]+';
  expect(stdout).toMatch(new RegExp(`^  ours, 2 workers +${numbers} +1\\.00$`, 'm'));
  expect(stdout).toMatch(new RegExp(`^  plain loop, one Node process +${numbers}`, 'm'));
  expect(stdout).toMatch(
    /^ {2}Go over bytes, 2 goroutines +([\d.]+|skipped: Go is not)/m,
  );
  expect(stdout).toMatch(/(met|NOT MET) +[\d.]+ +at least 1\.5 +word count, 2 workers/);
}, 300_000);

test('measures memory, start-up, faults and a sort, and shows what it leaves out', async () => {
  const rows = 'memory: 2|start-up|faults: one killed|external';
  const sizes = ['--megabytes', '1', '--sort-megabytes', '1', '--rounds', '1'];
  const { code, stdout, stderr } = await runBench(
    root,
    'mapreduce',
    ...sizes,
    ...['--rows', rows, '--json'],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { parts, goals } = JSON.parse(stdout);
  const names = ['memory', 'start-up', 'faults', 'external sort'];
  expect(parts.map(({ part }: { part: string }) => part)).toEqual(names);
  for (const { standings } of parts) {
    for (const { name, seconds, absence } of standings) {
      const isShown = seconds.length > 0 || /^there is no /.test(absence);
      expect(isShown, `${name} was run, or it says why not`).toBe(true);
    }
  }
  const { masterMiB, workersMiB } = parts[0].figures['2 workers'];
  expect(masterMiB).toBeGreaterThan(20);
  expect(workersMiB).toHaveLength(2);
  expect(goals.map(({ name }: { name: string }) => name)).toContain(
    'start-up: 8 workers are ready, in bare starts of Node',
  );
}, 300_000);

test('Ctrl-C ends what it has started, and leaves no file', async () => {
  const mark = `interrupted-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), `bench-test-${mark}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const sizes = ['--megabytes', '20', '--rows', 'word count: ours'];
  const program = startBench(root, ['mapreduce', ...sizes], { TMPDIR: folder });
  const findWorkers = () => {
    const workers = listProcesses(mark).filter((line) => line.includes('worker-main'));
    expect(workers).not.toEqual([]);
  };
  await vi.waitFor(findWorkers, { timeout: 60_000, interval: 100 });
  program.child.kill('SIGINT');
  expect((await program.exited).code).toBe(130);
  // What the loader has compiled is for the next program that needs it.
  const left = readdirSync(folder).filter((name) => !name.startsWith('tsx-'));
  expect(left).toEqual([]);
  expect(areGoneWithin(20_000, mark)).toBe(true);
}, 300_000);

test('the corpus is the same each time, of the size asked for, and as it was counted', async () => {
  const { signal } = new AbortController();
  const [first, second] = [
    await createCorpus(1, false, signal),
    await createCorpus(1, false, signal),
  ];
  onTestFinished(() => first.remove());
  onTestFinished(() => second.remove());
  const texts = first.files.map((file) => readFileSync(file, 'utf8'));
  expect(second.files.map((file) => readFileSync(file, 'utf8'))).toEqual(texts);
  expect(texts).toHaveLength(16);
  const bytes = Buffer.byteLength(texts.join(''));
  expect(bytes).toBeGreaterThanOrEqual(1e6);
  expect(bytes).toBeLessThan(1.01e6);
  const words = texts.join('').match(/\p{L}+/gu) ?? [];
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  expect(counts).toEqual(first.counts);
});

test('a wrong count is found, whatever format it has', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const expected = new Map([['the', 2]]);
  const check = (text: string, format: CountFormat) => () => {
    writeFileSync(join(folder, 'counts'), text);
    checkCounts(readCounts(folder, format), expected);
  };
  expect(check('the\t2\n', 'pairs')).not.toThrow();
  expect(check('      1 \n      2 the\n', 'uniq')).not.toThrow();
  expect(check('the\t1\n', 'pairs')).toThrow('WRONG ANSWER: the 1 times, not 2');
  expect(check('the\t2\nof\t1\n', 'pairs')).toThrow('of 1 times, not 0');
  expect(check('', 'uniq')).toThrow('the 0 times, not 2');
  expect(check('the\t1\nthe\t2\n', 'pairs')).toThrow('counted twice: the');
  expect(check('the 2\n', 'pairs')).toThrow('not a count: the 2');
});
