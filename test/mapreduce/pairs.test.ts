/** Every pair is one line and comes back as it was, whatever it holds. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPair, parsePairs } from '../../src/mapreduce/pairs.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', 't', 'n', 'a') }),
);

test('any pairs survive the way through a file', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
      const lines = pairs.map(([key, value]) => formatPair(key, value)).join('');
      expect(lines.split('\n')).toHaveLength(pairs.length + 1);
      expect([...parsePairs(lines)]).toEqual(pairs);
    }),
  );
});

test('plain pairs are plain text', () => {
  expect(formatPair('the', '125750')).toBe('the\t125750\n');
});

test.each(['no tab\n', 'a\t1', 'a\t1\nb'])('%j is refused, not skipped', (lines) => {
  expect(() => [...parsePairs(lines)]).toThrow('not a key-value line');
});
