/** Splits lose nothing, repeat nothing and cut nothing, wherever the boundaries fall. */
import {
  appendFileSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listInputFiles } from '../../src/mapreduce/input.ts';
import { listChunks } from '../../src/mapreduce/lines.ts';
import {
  chooseSplitBytes,
  planSplits,
  readRecords,
  readSplit,
} from '../../src/mapreduce/splits.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'splits-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function readAll(content: Buffer | string, splitBytes: number): [number, string][] {
  const file = join(folder, 'a file with spaces.txt');
  const bytes = Buffer.from(content as string);
  writeFileSync(file, bytes);
  return planSplits([{ file, name: 'a', bytes: bytes.length }], splitBytes).flatMap(
    (split) =>
      [...readRecords(readSplit(split))].map(([key, line]): [number, string] => [
        key.offset,
        line,
      ]),
  );
}

test.each<[string, string, [number, string][]]>([
  ['an empty file', '', []],
  ['one newline', '\n', [[0, '']]],
  [
    'no newline at the end',
    'a\nb',
    [
      [0, 'a'],
      [2, 'b'],
    ],
  ],
  [
    'CRLF',
    'a\r\nb\r\n\r\n',
    [
      [0, 'a'],
      [3, 'b'],
      [6, ''],
    ],
  ],
  [
    'a return inside a line, and alone at the end',
    'a\rb\nc\r',
    [
      [0, 'a\rb'],
      [4, 'c\r'],
    ],
  ],
  [
    'characters of several bytes',
    'é🚀\n\u2028x\n',
    [
      [0, 'é🚀'],
      [7, '\u2028x'],
    ],
  ],
])('%s, for every split size', (_what, content, records) => {
  for (let size = 1; size <= content.length + 10; size++) {
    expect(readAll(content, size)).toEqual(records);
  }
});

test('bytes that are not UTF-8 are replaced, never fatal', () => {
  const bytes = Buffer.from([0x61, 0xe9, 0x62, 0x0a, 0xff, 0xfe, 0x0a, 0x63]);
  for (let size = 1; size <= 9; size++) {
    expect(readAll(bytes, size).map(([, line]) => line)).toEqual([
      'a\ufffdb',
      '\ufffd\ufffd',
      'c',
    ]);
  }
});

test('however a text is split, its lines are its lines', () => {
  const content = fc.string({
    unit: fc.constantFrom('a', 'é', '🚀', '\n', '\r\n', ' '),
    maxLength: 60,
  });
  fc.assert(
    fc.property(content, fc.integer({ min: 1, max: 40 }), (text, size) => {
      const lines = text.split('\n');
      if (lines.at(-1) === '') lines.pop();
      const expected = lines.map((line, i) =>
        i === text.split('\n').length - 1 ? line : line.replace(/\r$/, ''),
      );
      expect(readAll(text, size).map(([, line]) => line)).toEqual(expected);
    }),
  );
});

test('a line longer than the read-ahead belongs whole to the split it begins in', () => {
  const long = 'x'.repeat(200_000);
  const records = readAll(`${long}\nshort\n`, 1000);
  expect(records).toEqual([
    [0, long],
    [200_001, 'short'],
  ]);
});

test('a file that has become shorter is an error, not a shorter result', () => {
  const file = join(folder, 'shrinks.txt');
  writeFileSync(file, 'a\nb\nc\n');
  const [split] = planSplits([{ file, name: 'a', bytes: 6 }], 100);
  truncateSync(file, 3);
  expect(() => readSplit(split!)).toThrow('is shorter than when the job started');
});

test.each<[string, (file: string) => void, RegExp]>([
  [
    'has grown',
    (file) => appendFileSync(file, 'd\n'),
    /has changed since the job started \(6 bytes then, 8 now\): run it again/,
  ],
  ['has shrunk behind the split', (file) => truncateSync(file, 4), /6 bytes then, 4 now/],
  [
    'was written to, and is as long as before',
    (file) => {
      writeFileSync(file, 'x\ny\nz\n');
      // Two writes may come within one tick of the file system's clock.
      utimesSync(file, 1, 1);
    },
    /has changed since the job started \(it was written to\)/,
  ],
  ['is gone', (file) => unlinkSync(file), /cannot be read: ENOENT/],
])(
  'a file that %s is an error, even where this split is as it was',
  (_what, change, error) => {
    const file = join(folder, 'changes.txt');
    writeFileSync(file, 'a\nb\nc\n');
    const [split] = planSplits(listInputFiles([file], folder), 2);
    expect(readSplit(split!).bytes.toString()).toBe('a\n');
    change(file);
    expect(() => readSplit(split!)).toThrow(error);
  },
);

test.each([
  [11_800_000, 4, 512 * 1024],
  [200_000_000, 2, 13_281_250],
  [1e12, 4, 64 * 1024 * 1024],
])('%d bytes for %d workers make splits of %d bytes', (bytes, workers, split) => {
  expect(chooseSplitBytes(bytes, workers)).toBe(split);
});

test('a chunk is whole lines, at most so many bytes, or one line that is longer', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 40 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 12 }), (content, maxBytes) => {
      const bytes = Buffer.from(content);
      const chunks = [...listChunks(bytes, maxBytes)];
      expect(chunks.map(([, chunk]) => chunk.toString()).join('')).toBe(content);
      for (const [offset, chunk] of chunks) {
        expect(bytes.indexOf(chunk, offset)).toBe(offset);
        const isLast = offset + chunk.length === bytes.length;
        expect(isLast || chunk.at(-1) === 0x0a).toBe(true);
        const isOneLine = chunk.subarray(0, -1).indexOf(0x0a) === -1;
        expect(chunk.length <= maxBytes || isOneLine).toBe(true);
      }
    }),
  );
});
