/**
 * The table of words against the regular expression that says what a word is: texts that cross
 * blocks, words that are alike in their last bytes, more words than the table has room for.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countWords } from '../../src/apps/word-table.ts';

function countByTable(text: Uint8Array): Map<string, number> {
  const counts = new Map<string, number>();
  countWords(text, (word, count) => counts.set(word, (counts.get(word) ?? 0) + count));
  return counts;
}

function countByPattern(text: Uint8Array): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of Buffer.from(text)
    .toString()
    .match(/\p{L}+/gu) ?? []) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function expectTrueCounts(text: string | Uint8Array): void {
  const bytes = Buffer.from(text as string);
  expect(countByTable(bytes)).toEqual(countByPattern(bytes));
}

const blockBytes = 64;

test('a word is counted wherever a block of bytes ends in it', () => {
  for (const letter of ['a', 'é', '中', '𐐷']) {
    for (let before = 0; before <= blockBytes; before++) {
      for (const length of [1, 7, 8, 9, 63, 64, 65, 200]) {
        expectTrueCounts(`${' '.repeat(before)}${letter.repeat(length)} b`);
      }
    }
  }
});

test('words are told apart by any of their bytes', () => {
  const words = ['', 'x', 'y'].flatMap((first) =>
    Array.from({ length: 40 }, (_, length) => first + 'a'.repeat(length)),
  );
  const late = [8, 9, 15, 16, 17, 24].flatMap((at) => [
    `${'a'.repeat(at)}b${'a'.repeat(30)}`,
    `${'a'.repeat(at)}bb${'a'.repeat(29)}`,
  ]);
  const all = [...words, ...late];
  expectTrueCounts([...all, ...all.toReversed(), ...words].join(' '));
});

test('texts of any bytes and any length are counted as the pattern does', () => {
  const word = fc
    .array(fc.constantFrom('a', 'b', 'Z', 'é', 'ß', '中', '𐐷'), { maxLength: 20 })
    .map((letters) => letters.join(''));
  const other = fc.constantFrom(' ', '\n', '\0', '@', '[', '`', '{', '×', '🚀', '\u0301');
  const bytes = fc.uint8Array({ maxLength: 4 });
  const text = fc
    .array(fc.oneof(word, other, bytes), { maxLength: 150, size: 'max' })
    .map((pieces) => Buffer.concat(pieces.map((any) => Buffer.from(any as string))));
  fc.assert(
    fc.property(text, (input) => {
      expectTrueCounts(input);
    }),
    { numRuns: 500 },
  );
});

test('more words than the table has room for are counted in several parts', () => {
  const words = Array.from({ length: 120_000 }, (_, i) =>
    i.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] as string),
  );
  const text = Buffer.from([...words, ...words.slice(0, 70_000), ''].join(' '));
  let calls = 0;
  countWords(text, () => calls++);
  const counts = countByTable(text);
  expect(calls).toBeGreaterThan(counts.size);
  expect(counts).toEqual(countByPattern(text));
});

test('what an earlier, longer text has left in memory is not counted', () => {
  expectTrueCounts('a'.repeat(1_000_000));
  for (const text of ['', 'b', ' b', 'b ', 'é', `${'b'.repeat(64)}`, '中'.repeat(50)]) {
    expectTrueCounts(text);
  }
});

test('a full table is emptied also where every block ends within a word', () => {
  const words = Array.from({ length: 70_000 }, (_, i) => nameWord(i).padStart(7, 'b'));
  expectTrueCounts(`head ${words.join(' ')}`);
});

/** Different words without vowels. */
function nameWord(number: number): string {
  return String(number).replace(/\d/g, (digit) => 'bcdfghjklm'[Number(digit)] as string);
}

test('a word of eight letters is not taken for a longer one that ends in it', () => {
  for (const word of ['national', 'language', 'computer']) {
    // So many that they are where it is looked for.
    const longer = Array.from({ length: 45_000 }, (_, i) => `${nameWord(i)}${word}`);
    expectTrueCounts([...longer, word, word].join(' '));
  }
});

test('many words that are alike in length and end are told apart', () => {
  const words = Array.from({ length: 45_000 }, (_, i) => {
    return `${nameWord(i).padStart(24, 'k')}xception`;
  });
  expectTrueCounts(words.join(' '));
});
