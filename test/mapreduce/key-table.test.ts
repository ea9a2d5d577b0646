/** Different keys get different numbers, equal ones the same, however they look. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyTable } from '../../src/mapreduce/key-table.ts';

/** Short and long, with NUL, Latin-1 and beyond; few enough to come again. */
const unit = fc.constantFrom('a', 'b', '\0', '\n', 'é', 'ÿ', 'Ā', '😀', '\ud800');
const word = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''));
const long = fc.tuple(word, fc.constantFrom('', 'x'.repeat(100)), word);
const key = fc.oneof(
  word,
  long.map((parts) => parts.join('')),
);

test('whatever comes, keys are numbered as they come, and each is one', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60, size: 'max' }), (keys) => {
      const table = new KeyTable();
      const numbers = new Map<string, number>();
      for (const each of keys.map((given) => given.toWellFormed())) {
        if (!numbers.has(each)) numbers.set(each, numbers.size);
      }
      for (const each of keys) {
        expect(table.add(each)).toBe(numbers.get(each.toWellFormed()));
      }
      expect(table.size).toBe(numbers.size);
      for (const [each, number] of numbers) expect(table.textOf(number)).toBe(each);
      const text = [...numbers.keys()].join('');
      expect(table.textBytes).toBe(Buffer.byteLength(text));
      expect(table.ranges.bytes.toString('utf8', 0, table.textBytes)).toBe(text);
    }),
    { numRuns: 1000 },
  );
});

test('keys that differ in their length or in one character only are different keys', () => {
  const alike = ['', 'a', '\0a', 'a\0', '\0\0a', 'aaaa', 'aaaaa', 'aaaaaaaa', 'aaaaaaab'];
  const longer = ['baaaaaaaa', 'aaaaaaaaa', 'aaaaaaaaaa', `${'a'.repeat(60)}b`];
  const table = new KeyTable();
  const numbers = [...alike, ...longer, 'a'.repeat(61)].map((each) => table.add(each));
  expect(numbers).toEqual(numbers.map((_, i) => i));
});

test('it grows with its keys: none is lost, none is mixed up', () => {
  const table = new KeyTable();
  const name = (i: number) => `${i % 2 === 0 ? 'key' : 'a rather long key '}${i}`;
  const count = 300_000;
  for (let i = 0; i < count; i++) table.add(name(i));
  expect(table.size).toBe(count);
  let wrong = 0;
  for (let i = 0; i < count; i++) if (table.add(name(i)) !== i) wrong++;
  expect(wrong).toBe(0);
  expect(table.size).toBe(count);
  expect(table.textOf(count - 1)).toBe(name(count - 1));
});

test('a key that is longer than all the room there was is kept whole', () => {
  const table = new KeyTable();
  const large = 'ß'.repeat(3_000_000);
  expect([table.add('a'), table.add(large), table.add('b')]).toEqual([0, 1, 2]);
  expect(table.textOf(1) === large).toBe(true);
  expect(table.add(large)).toBe(1);
});
