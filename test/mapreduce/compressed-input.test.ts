/** Compressed input is the text that it holds, read as a stream, or an error that names it. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { canReadZstd, readPieces } from '../../src/mapreduce/compressed-input.ts';
import { InputError, listInputFiles, planInput } from '../../src/mapreduce/input.ts';
import { planSplits, readRecords, type SplitBytes } from '../../src/mapreduce/splits.ts';

const folder = mkdtempSync(join(tmpdir(), 'compressed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fastBrotli = (text: Buffer | string) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });

function splitFile(name: string, content: Uint8Array, format?: 'whole-file') {
  const file = join(folder, name);
  writeFileSync(file, content);
  const [split, ...others] = planInput(listInputFiles([file], folder), 100, format);
  expect(others).toEqual([]);
  return split!;
}

async function collect(split: Parameters<typeof readPieces>[0]): Promise<SplitBytes[]> {
  const pieces: SplitBytes[] = [];
  for await (const piece of readPieces(split)) {
    pieces.push({ ...piece, bytes: Buffer.from(piece.bytes) });
  }
  return pieces;
}

/** 5 MB: a line now and then is longer than what is decompressed at a time. */
const lines = Array.from({ length: 40_000 }, (_, i) =>
  i % 9999 === 17 ? 'é'.repeat(700_000) : `line ${i} of some text`,
);

test.each([
  ['in.gz', gzipSync, '\n'],
  ['in.gz', gzipSync, ''],
  ['in.br', fastBrotli, '\n'],
])('%s: pieces are whole lines, and together the text', async (name, compress, end) => {
  const text = `${lines.join('\n')}${end}`;
  const pieces = await collect(splitFile(name, compress(Buffer.from(text))));
  expect(pieces.length).toBeGreaterThan(3);
  expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()).toBe(text);
  const records = pieces.flatMap((piece) => [...readRecords(piece)]);
  expect(records.map(([, line]) => line)).toEqual(lines);
  expect(records[18]?.[0].offset).toBe(
    Buffer.byteLength(lines.slice(0, 18).join('\n')) + 1,
  );
});

test('several archives in one file are one text; one file may be one record', async () => {
  const both = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]);
  const [piece, ...others] = await collect(splitFile('two.gz', both, 'whole-file'));
  expect(piece?.bytes.toString()).toBe('one\ntwo\n');
  expect(others).toEqual([]);
});

test.each([
  ['cut', (whole: Buffer) => whole.subarray(0, -9), 'unexpected end of file'],
  ['cut early', (whole: Buffer) => whole.subarray(0, 7), 'unexpected end of file'],
  [
    'changed',
    (whole: Buffer) => {
      const changed = Buffer.from(whole);
      changed[whole.length - 6] = (changed[whole.length - 6] as number) ^ 1;
      return changed;
    },
    'incorrect data check',
  ],
  ['no archive', () => Buffer.from('no archive'), 'incorrect header check'],
])('an archive that is %s is named', async (_what, damage, why) => {
  const split = splitFile('bad.gz', damage(gzipSync(lines.join('\n'))));
  await expect(collect(split)).rejects.toThrow(
    new RegExp(`input .*bad\\.gz is damaged, or no gzip file: ${why}`),
  );
});

test.each([
  [undefined, 'has a line of more than 64 MiB'],
  ['whole-file', 'holds more than 64 MiB'],
] as const)(
  'a bomb, as %s, is refused before it is whole in memory',
  async (format, why) => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024), { level: 1 });
    const split = splitFile('bomb.gz', bomb, format);
    await expect(collect(split)).rejects.toThrow(
      `bomb.gz ${why}, too much for one record`,
    );
  },
);

test('a file that changes while it is read is an error', async () => {
  const split = splitFile('changes.gz', gzipSync(lines.join('\n')));
  const pieces = readPieces(split);
  expect((await pieces.next()).done).toBe(false);
  writeFileSync(split.file, 'x');
  const rest = (async () => {
    for await (const _ of pieces);
  })();
  await expect(rest).rejects.toThrow('has changed since the job started');
});

test('.zst is read, or the sentence says which Node does', () => {
  const file = join(folder, 'in.zst');
  writeFileSync(file, 'x');
  const plan = () => planInput(listInputFiles([file], folder), 100, undefined);
  if (canReadZstd) expect(plan()).toMatchObject([{ compression: 'zstd' }]);
  else {
    expect(plan).toThrow(InputError);
    expect(plan).toThrow(`.zst needs Node 22.15 or later, this is ${process.version}`);
  }
});

test('a split that is larger than a piece is read piece by piece', async () => {
  const file = join(folder, 'plain.txt');
  const text = 'a line that is of no interest\n'.repeat(1_500_000);
  writeFileSync(file, text);
  const [split] = planSplits([{ file, name: 'a', bytes: statSync(file).size }], 1e9);
  const pieces = await collect(split!);
  expect(pieces.length).toBe(Math.ceil(text.length / 2 ** 20));
  expect(Math.max(...pieces.map(({ bytes }) => bytes.length))).toBeLessThan(
    1.1 * 2 ** 20,
  );
  expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(Buffer.from(text))).toBe(
    true,
  );
});
