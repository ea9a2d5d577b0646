/** What a summary shows of outputs that are larger than memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { listTop } from '../../src/cli/mapreduce-top.ts';
import { formatPair } from '../../src/mapreduce/pairs.ts';
import { compareKeys } from '../../src/mapreduce/partition.ts';

const folder = mkdtempSync(join(tmpdir(), 'top-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(...texts: string[]): string[] {
  return texts.map((text, i) => {
    const file = join(folder, `mr-out-${i}`);
    writeFileSync(file, text);
    return file;
  });
}

function format(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([key, value]) => formatPair(key, value)).join('');
}

test('the largest counts are those of a sort of everything', () => {
  const pair = fc.tuple(
    fc.string({ maxLength: 3 }),
    fc.integer({ min: 0, max: 9 }).map(String),
  );
  const output = fc
    .uniqueArray(pair, { selector: ([key]) => key })
    .map((pairs) => pairs.sort(([a], [b]) => compareKeys(a, b)));
  fc.assert(
    fc.property(output, output, fc.integer({ min: 0, max: 8 }), (one, other, top) => {
      const expected = [...one, ...other]
        .sort(([a, m], [b, n]) => Number(n) - Number(m) || compareKeys(a, b))
        .slice(0, top)
        .map(([key, count]) => `${count}  ${key}`);
      expect(listTop(write(format(one), format(other)), 'key-value', top)).toEqual(
        expected,
      );
    }),
  );
});

test('values that are no counts: the first by key, of all files', () => {
  const files = write('b\t1\nd\t2\n', 'a\t3\nc\tx\ne\t4\n');
  expect(listTop(files, 'key-value', 3)).toEqual(['a  3', 'b  1', 'c  x']);
  const lines = write('{"key":"a","value":"9"}\n', '{"key":"b","value":"10"}\n');
  expect(listTop(lines, 'json-lines', 2)).toEqual(['10  b', ' 9  a']);
  expect(listTop(write('x\n\ny\n', 'z\n'), 'lines', 3)).toEqual(['x', '', 'y']);
});

test('a line that is longer than what is read at a time is one line', () => {
  const long = 'é'.repeat(400_000);
  const files = write(`a\t${long}\nb\t2\n`);
  expect(listTop(files, 'key-value', 2)).toEqual([`a  ${long}`, 'b  2']);
});
