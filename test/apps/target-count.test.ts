/**
 * The document's workload: strings that are the same wherever they are made, and a way of
 * counting that finds what the plain one finds.
 */
import { describe, expect, test } from 'vitest';
import { countPlainly, listStrings, listTargets } from '../../src/apps/random-strings.ts';
import { map, partition, setup } from '../../src/apps/target-count.ts';

describe('random strings', () => {
  test('string number i is the same whichever range it is made in', () => {
    const all = listStrings(7, 15, 0, 1000);
    expect(all).toHaveLength(1000);
    expect([...listStrings(7, 15, 0, 333), ...listStrings(7, 15, 333, 1000)]).toEqual(
      all,
    );
    expect(listStrings(8, 15, 0, 1000)).not.toEqual(all);
  });

  test('they have every length from 1 to the greatest, and letters alone', () => {
    const all = listStrings(1, 15, 0, 5000);
    expect(all.filter((text) => !/^[a-z]{1,15}$/.test(text))).toEqual([]);
    expect(new Set(all.map(({ length }) => length)).size).toBe(15);
    expect(new Set(all.join('')).size).toBe(26);
    expect(new Set(listStrings(1, 1, 0, 500)).size).toBe(26);
  });

  test('targets are different words', () => {
    expect(new Set(listTargets(1, 100, 3)).size).toBe(100);
    expect(listTargets(1, 13, 1)).toHaveLength(13);
  });
});

test.each([
  ['target_word_length', '0'],
  ['max_string_length', '-1'],
  ['seed', '1.5'],
])('%s of %s is refused', (name, value) => {
  const params = {
    ...{ seed: '3', max_string_length: '12', num_target_words: '5' },
    ...{ target_word_length: '3', keys_per_reducer: '5' },
  };
  expect(() => setup({ ...params, [name]: value })).toThrow(
    `${name} must be a whole number, at least `,
  );
});

test.each([1, 2, 3, 4])('counts what the plain loop counts, targets of %i', (length) => {
  const numTargets = length === 1 ? 13 : 100;
  setup({
    seed: '3',
    max_string_length: '12',
    num_target_words: String(numTargets),
    target_word_length: String(length),
    keys_per_reducer: '5',
  });
  const found = new Map<string, number>();
  const emit = (target: string, count: string) =>
    found.set(target, (found.get(target) ?? 0) + Number(count));
  map({ file: '', offset: 0 }, '0 900', emit);
  map({ file: '', offset: 0 }, '900 2000', emit);
  const targets = listTargets(3, numTargets, length);
  const counts = targets.map(() => 0);
  countPlainly(listStrings(3, 12, 0, 2000), targets, counts);
  expect(targets.map((target) => found.get(target))).toEqual(counts);
  expect(targets.map(partition)).toEqual(targets.map((_, i) => Math.floor(i / 5)));
});
