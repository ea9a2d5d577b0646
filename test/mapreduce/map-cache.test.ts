/**
 * Map output kept beyond its run: found by what made it, and only while it is whole.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MapCache } from '../../src/mapreduce/map-cache.ts';

let folder: string;
let cache: MapCache;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'map-cache-'));
  cache = new MapCache(join(folder, 'cache'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function makeAttempt(attempt: number, texts: readonly string[]) {
  const made = join(folder, 'run', `attempt-${attempt}`);
  mkdirSync(made, { recursive: true });
  for (const [r, text] of texts.entries()) writeFileSync(join(made, `mr-3-${r}`), text);
  const regions = texts.map(({ length }) => ({ bytes: length, crc32: 1 }));
  const output = { kind: 'map', records: 1, pairs: 2, regions } as const;
  return { map: 3, attempt, output };
}

test('what was added is found, by its fingerprint alone', () => {
  const entry = makeAttempt(7, ['a\t1\n', '']);
  const added = cache.add('abc', join(folder, 'run'), entry);
  expect(added).toEqual({ ...entry, folder: join(folder, 'cache/abc') });
  expect(new MapCache(cache.folder).find('abc', 3)).toEqual(added);
  expect(cache.find('abd', 3)).toBeUndefined();
  expect(readdirSync(join(folder, 'run'))).toEqual([]);
});

test('in a job where the task has another number, it is found under that', () => {
  cache.add('abc', join(folder, 'run'), makeAttempt(7, ['a\t1\n', '']));
  for (let time = 0; time < 2; time++) {
    expect(cache.find('abc', 5)).toMatchObject({ map: 5, attempt: 7 });
    const file = join(cache.folder, 'abc/attempt-7/mr-5-0');
    expect(readFileSync(file, 'utf8')).toBe('a\t1\n');
  }
});

test('an entry that is not whole is not found, and can be replaced', () => {
  cache.add('abc', join(folder, 'run'), makeAttempt(7, ['a\t1\n']));
  const file = join(cache.folder, 'abc/attempt-7/mr-3-0');
  writeFileSync(file, 'a\t');
  expect(cache.find('abc', 3)).toBeUndefined();
  cache.add('abc', join(folder, 'run'), makeAttempt(9, ['b\t1\n']));
  expect(cache.find('abc', 3)?.attempt).toBe(9);
  rmSync(join(cache.folder, 'abc/attempt-9'), { recursive: true });
  expect(cache.find('abc', 3)).toBeUndefined();
});

test('what its writer left unfinished is no entry', () => {
  const entry = makeAttempt(7, ['a\t1\n']);
  expect(() => cache.add('abc', join(folder, 'nowhere'), entry)).toThrow('ENOENT');
  expect(cache.find('abc', 3)).toBeUndefined();
});
