/** The hash that MIT's course publishes, and byte order of keys. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareKeys,
  hashKey,
  partitionOf,
  sortKeys,
} from '../../src/mapreduce/partition.ts';

test.each([
  ['the', 873378332],
  ['A', 1141634764],
  ['ABOUT', 1148563230],
  ['', 18652613],
  ['é', 513665217],
  ['a b', 279181810],
])('hashKey(%j) is FNV-1a over UTF-8 without the sign bit', (key, hash) => {
  expect(hashKey(key)).toBe(hash);
  expect(partitionOf(key, 7)).toBe(hash % 7);
});

const anyKey = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed());

test('keys sort by their UTF-8 bytes, also above U+FFFF', () => {
  const bytesOrder = (a: string, b: string) =>
    Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(Math.sign(compareKeys('\uffee', '🚀'))).toBe(-1);
  expect('\uffee' < '🚀').toBe(false);
  fc.assert(
    fc.property(anyKey, anyKey, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(bytesOrder(a, b));
    }),
  );
  fc.assert(
    fc.property(fc.array(anyKey), (keys) => {
      expect(sortKeys([...keys])).toEqual([...keys].sort(bytesOrder));
    }),
  );
});
