/** A string as JSON: the quick way and JSON.stringify agree on every string. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeString } from '../../../src/rpc/json/json-string.ts';

test('a string is written as JSON.stringify writes it, whatever its length', () => {
  const parts = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('a', 'é', '"', '\\', '\n', '\u007f', '\u2028') }),
      fc.constantFrom('\ud800', '\udc00', '\0', '\u001f'),
    ),
  );
  const fill = fc.constantFrom('', 'x'.repeat(5000), 'ж'.repeat(5000));
  fc.assert(
    fc.property(parts, fill, fill, (some, before, after) => {
      const text = before + some.join('') + after;
      expect(writeString(text)).toBe(JSON.stringify(text));
    }),
  );
});

test('each character that must be escaped is, at the end of a long string too', () => {
  const codes = Array.from({ length: 0x10000 }, (_, code) => code);
  const wrong = codes.filter((code) => {
    const text = 'x'.repeat(2000) + String.fromCharCode(code);
    return writeString(text) !== JSON.stringify(text);
  });
  expect(wrong).toEqual([]);
});
