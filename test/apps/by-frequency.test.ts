/** Words by frequency: in order as a whole, whatever the number of output files. */
import { expect, test } from 'vitest';
import { map, partition, reduce } from '../../src/apps/by-frequency.ts';
import { compareKeys } from '../../src/mapreduce/partition.ts';

function keyOf(count: number): string {
  const keys: string[] = [];
  map('word', String(count), (key) => keys.push(key));
  return keys[0] as string;
}

const counts = [1, 2, 3, 4, 5, 9, 10, 99, 100, 12_345, 999_999_999_999];

test('a larger count comes first, in its partition and among them', () => {
  const keys = counts.map(keyOf);
  expect(keys.toSorted(compareKeys)).toEqual(keys.toReversed());
  for (const reduceTasks of [1, 2, 4, 7]) {
    const partitions = keys.map((key) => partition(key, reduceTasks));
    expect(partitions).toEqual(partitions.toSorted((a, b) => b - a));
    expect([partitions[0], partitions.at(-1)]).toEqual([reduceTasks - 1, 0]);
  }
});

test('the count can be read again; words that are equally frequent are in order', () => {
  for (const count of counts) {
    expect(reduce(keyOf(count), ['b', 'a'])).toEqual([`${count} a`, `${count} b`]);
  }
});

test.each(['0', '-1', '1.5', 'many', '1e13'])('%s is no count', (text) => {
  expect(() => map('word', text, () => {})).toThrow(
    `the value of word must be a count from 1, it is ${text}`,
  );
});
