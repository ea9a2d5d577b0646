/** What is counted comes out as often as it went in, and no key's values change their order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RepeatedPairs } from '../../src/mapreduce/repeated-pairs.ts';

type Pair = readonly [key: string, value: string];

/** Each key's values as they leave: those that are counted, and those that are not. */
function passThrough(pairs: Iterable<Pair>) {
  const values = new Map<string, string[]>();
  let handedOn = 0;
  const keep = (key: string, value: string, times: number) => {
    const known = values.get(key) ?? [];
    values.set(key, known);
    for (let i = 0; i < times; i++) known.push(value);
  };
  const repeated = new RepeatedPairs((key, value, times) => {
    handedOn++;
    keep(key, value, times);
  });
  for (const [key, value] of pairs) {
    if (!repeated.count(key, value)) keep(key, value, 1);
  }
  repeated.finish();
  return { values, handedOn };
}

function group(pairs: Iterable<Pair>): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [key, value] of pairs) values.set(key, [...(values.get(key) ?? []), value]);
  return values;
}

/** Short and long, with NUL, Latin-1 and beyond; few enough to come again. */
const unit = fc.constantFrom('a', 'b', '\0', '\n', 'é', 'ÿ', 'Ā', '😀', '\ud800');
const key = fc.array(unit, { maxLength: 10 }).map((units) => units.join(''));
const value = fc.constantFrom('1', '2', '');

test('whatever comes, each key keeps its values and their order', () => {
  const pairs = fc.array(fc.tuple(key, value), { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(pairs, (all) => {
      expect(passThrough(all).values).toEqual(group(all));
    }),
    { numRuns: 1000 },
  );
});

test('keys that differ in their length or in one character only are different keys', () => {
  const alike = [
    'a',
    '\0a',
    'a\0',
    '\0\0a',
    'aaaa',
    'aaaaa',
    'aaaaaaaa',
    'aaaaaaab',
    'baaaaaaa',
  ];
  const pairs = [...alike, ...alike].map((text): Pair => [text, '1']);
  expect(passThrough(pairs).values).toEqual(group(pairs));
});

test('more keys than slots: none is lost, none is mixed up', () => {
  const pairs = Array.from({ length: 600_000 }, (_, i): Pair => [`k${i % 200_000}`, '1']);
  const { values, handedOn } = passThrough(pairs);
  expect(values.size).toBe(200_000);
  expect([...values.values()].every(({ length }) => length === 3)).toBe(true);
  expect(handedOn).toBeGreaterThan(200_000);
});

test('what comes again and again is handed on once', () => {
  const pairs = Array.from({ length: 10_000 }, (): Pair => ['the', '1']);
  expect(passThrough(pairs).handedOn).toBe(1);
});
