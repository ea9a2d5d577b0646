/**
 * Output files kept beyond their run, and the input of a stage that reads another's output:
 * believed only while they are what was written.
 */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprintOutput } from '../../src/mapreduce/fingerprint.ts';
import { OutputCache } from '../../src/mapreduce/output-cache.ts';
import { readSplit, type Split } from '../../src/mapreduce/splits.ts';
import { findLostFiles, planStageInput } from '../../src/mapreduce/stage-input.ts';

let folder: string;
let made: string;
const text = 'a\t1\nbb\t22\nccc\t333\n';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-cache-'));
  made = join(folder, 'mr-out-0');
  writeFileSync(made, text);
});
afterEach(() => rmSync(folder, { recursive: true }));

const facts = { bytes: text.length, crc32: crc32(text) };
const recipe = {
  ...{ job: 'j', partitioner: 'p', maps: ['m', 'n'], outputFormat: 'key-value' },
  ...{ reduceTasks: 3, reduce: 0 },
};

function addTo(cache: OutputCache) {
  const output = { kind: 'reduce', file: 'x', ...facts } as const;
  const entry = { attempt: 7, output, recipe };
  cache.add('abc', made, entry);
  return entry;
}

test('what was added is put where it is wanted, as a copy', async () => {
  const cache = new OutputCache(folder);
  const entry = addTo(cache);
  const copy = join(folder, 'copy');
  expect(await cache.find('abc', copy)).toEqual(entry);
  writeFileSync(copy, 'written into');
  expect(await cache.find('abc', copy)).toEqual(entry);
  expect(readFileSync(copy, 'utf8')).toBe(text);
  expect(await cache.find('abd', copy)).toBeUndefined();
});

test('what is damaged is not found, leaves nothing, and can be replaced', async () => {
  const cache = new OutputCache(folder);
  addTo(cache);
  const copy = join(folder, 'copy');
  writeFileSync(join(folder, 'abc/mr-out'), text.replace('2', '3'));
  expect(await cache.find('abc', copy)).toBeUndefined();
  expect(() => readFileSync(copy)).toThrow('ENOENT');
  addTo(cache);
  expect(await cache.find('abc', copy)).toBeDefined();
});

test('each part of what made an output counts', () => {
  const changes = [
    {},
    { job: 'k' },
    { partitioner: 'q' },
    { maps: ['n', 'm'] },
    { maps: ['m'] },
    { reduceTasks: 4 },
    { reduce: 1 },
    { outputFormat: 'lines' },
  ];
  const all = changes.map((change) => fingerprintOutput({ ...recipe, ...change }));
  expect(new Set(all).size).toBe(all.length);
});

test.each([1, 5, 7, 100])(
  'splits of %i bytes hold every record, checked',
  async (size) => {
    const planned = await planStageInput([{ file: made, ...facts }], size);
    const splits = 'splits' in planned ? planned.splits : [];
    expect(splits.map((split) => readSplit(split).bytes.toString()).join('')).toBe(text);
    writeFileSync(made, text.replaceAll('\t', ' '));
    const holding = splits.filter((split: Split) => split.crc32 !== 0);
    for (const split of holding) expect(() => readSplit(split)).toThrow('is damaged');
  },
);

test('which files are lost, also before they are planned', async () => {
  const files = [made, join(folder, 'none'), made].map((file) => ({ file, ...facts }));
  expect(await findLostFiles(files)).toEqual([1]);
  expect(await planStageInput(files, 5)).toEqual({ lost: [1] });
  truncateSync(made, 3);
  expect(await findLostFiles(files)).toEqual([0, 1, 2]);
});
