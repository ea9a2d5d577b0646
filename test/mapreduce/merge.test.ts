/** Merging sorted runs is sorting everything, wherever the runs are and however they are read. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergeRuns } from '../../src/mapreduce/merge.ts';
import { PairWriter } from '../../src/mapreduce/pair-writer.ts';
import { formatPair } from '../../src/mapreduce/pairs.ts';
import { compareKeys } from '../../src/mapreduce/partition.ts';
import { RunFile } from '../../src/mapreduce/run-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'merge-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Pair = [key: string, value: string];

const text = fc
  .oneof(
    fc.string({
      unit: fc.constantFrom(
        'a',
        'b',
        '\\',
        '\t',
        '\n',
        '\r',
        'n',
        '\0',
        'é',
        '🚀',
        '\uffee',
      ),
      maxLength: 5,
    }),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.string({ minLength: 40, maxLength: 100 }),
  )
  .map((any) => any.toWellFormed());

const runsOfPairs = fc.array(fc.array(fc.tuple(text, text), { maxLength: 12 }), {
  maxLength: 9,
});

const byKey = ([a]: Pair, [b]: Pair) => compareKeys(a, b);

function writeRun(pairs: readonly Pair[]): Buffer {
  const writer = new PairWriter(1);
  for (const [key, value] of pairs) writer.write(key, value);
  expect(writer.length).toBe(
    Buffer.byteLength(pairs.map(([k, v]) => formatPair(k, v)).join('')),
  );
  return writer.take();
}

test('a merge of sorted runs is a stable sort of all pairs', () => {
  fc.assert(
    fc.property(
      runsOfPairs,
      fc.integer({ min: 1, max: 60 }),
      fc.func(fc.boolean()),
      (unsorted, chunkBytes, isInFile) => {
        const file = new RunFile(folder);
        try {
          const runs = unsorted.map((pairs, i) => {
            const bytes = writeRun(pairs.sort(byKey));
            return isInFile(i) ? file.append([bytes]) : bytes;
          });
          const merged = [...mergeRuns(runs, chunkBytes)];
          const pairs = merged.flatMap(({ key, values }) => values.map((v) => [key, v]));
          expect(pairs).toEqual(unsorted.flat().sort(byKey));
          const keys = merged.map(({ key }) => key);
          expect(new Set(keys).size).toBe(keys.length);
        } finally {
          file.close();
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['no tab\n', 'a\t1', 'a\t1\nb'])('%j is refused, not skipped', (lines) => {
  const merge = () => [...mergeRuns([Buffer.from(lines)], 10)];
  expect(merge).toThrow('not a key-value line');
});

test('a file that has become shorter is refused', () => {
  const file = new RunFile(folder);
  const run = file.append([Buffer.from('a\t1\n')]);
  expect(() => [...mergeRuns([{ ...run, end: run.end + 4 }], 3)]).toThrow(
    'has become shorter',
  );
  file.close();
});
