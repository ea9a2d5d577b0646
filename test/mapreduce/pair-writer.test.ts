/** Pairs as bytes: what `formatPair` says, from a key as text and from one as UTF-8. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PairWriter } from '../../src/mapreduce/pair-writer.ts';
import { formatPair } from '../../src/mapreduce/pairs.ts';

const unit = fc.constantFrom('a', ' ', '\0', '\t', '\n', '\r', '\\', '\x7f', 'é', '😀');
const text = fc.oneof(
  fc.array(unit, { maxLength: 8 }).map((units) => units.join('')),
  fc.constantFrom('1', 'word', 'x'.repeat(5000), '\\'.repeat(500)),
);

test('whatever the pairs, a key as text and one among other bytes are written the same', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
      const [writer, ranges] = [new PairWriter(1), new PairWriter(1)];
      for (const [key, value] of pairs) {
        writer.write(key, value);
        const keys = Buffer.from(`before${key}after`);
        ranges.writeRange(keys, 6, keys.length - 5, value);
      }
      const expected = pairs.map(([key, value]) => formatPair(key, value)).join('');
      expect(writer.take().toString()).toBe(expected);
      expect(ranges.take().toString()).toBe(expected);
    }),
    { numRuns: 500 },
  );
});
