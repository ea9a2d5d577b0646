/**
 * The suite `mapreduce` works: its corpus is what it says, wrong answers are found, and each
 * table has its rows. How fast anything is, is no test.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../cli/program.ts';
import { runBench } from './bench-program.ts';
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
}, 180_000);

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
