/** Ranges of bytes are sorted as `Buffer.compare` sorts them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortRanges } from '../../src/mapreduce/byte-order.ts';

function sort(parts: readonly Buffer[]): Buffer[] {
  const starts = new Uint32Array(parts.length + 1);
  parts.forEach((part, i) => {
    starts[i + 1] = starts[i]! + part.length;
  });
  const order = parts.map((_, i) => i);
  return sortRanges({ bytes: Buffer.concat(parts), starts }, order).map((i) => parts[i]!);
}

const byCompare = (parts: readonly Buffer[]) => [...parts].sort(Buffer.compare);

/** Few different bytes: many ranges begin alike, or one is how another begins. */
const byte = fc.constantFrom(0, 1, 0x61, 0x62, 0xfe, 0xff);
const part = fc.array(byte, { maxLength: 14 }).map((bytes) => Buffer.from(bytes));
const toHex = (bytes: Buffer) => bytes.toString('hex');
const parts = fc.uniqueArray(part, { maxLength: 200, size: 'max', selector: toHex });

test('whatever the bytes, in their order', () => {
  fc.assert(
    fc.property(parts, (all) => {
      expect(sort(all).map(toHex)).toEqual(byCompare(all).map(toHex));
    }),
    { numRuns: 500 },
  );
});

test('behind a long common beginning, too, and where each begins as the next', () => {
  const begin = 'http://www.example.org/'.repeat(40);
  const pages = Array.from({ length: 3000 }, (_, i) =>
    Buffer.from(`${begin}${i * 7919}`),
  );
  expect(sort(pages).map(String)).toEqual(byCompare(pages).map(String));
  const nested = Array.from({ length: 2000 }, (_, i) => Buffer.alloc(2000 - i, 'a'));
  expect(sort(nested).map(({ length }) => length)).toEqual(nested.map((_, i) => i + 1));
});

test('as many as need more room than a few bytes leave in a number', () => {
  const count = 200_000;
  const many = Array.from({ length: count }, (_, i) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt32BE(Math.imul(i, 0x9e3779b1) >>> 0, 8);
    return bytes;
  });
  const sorted = sort(many);
  let wrong = 0;
  for (let i = 1; i < count; i++) {
    if (Buffer.compare(sorted[i - 1]!, sorted[i]!) >= 0) wrong++;
  }
  expect([wrong, new Set(sorted).size]).toEqual([0, count]);
});

test('none, and one', () => {
  expect(sort([])).toEqual([]);
  expect(sort([Buffer.from('a')])).toEqual([Buffer.from('a')]);
});
