/** Values in a few words, whatever the values are. */
import { expect, test } from 'vitest';
import { cut, describeValue } from '../../src/cli/value-text.ts';

test.each<[unknown, string]>([
  [{ Input: 'to be', n: 3 }, '{Input: "to be", n: 3}'],
  [{ Counts: { '<script>': 1, to: 2 } }, '{Counts: {"<script>": 1, to: 2}}'],
  [undefined, ''],
  [null, ''],
  [{ none: null }, '{none: null}'],
  ['a\nb\u202e', '"a\\nb\u202e"'],
  [12n, '12'],
  [[1, 2, 3, 4, 5, 6, 7, 8], '[1, 2, 3, 4, 5, 6, … 2 more]'],
  [{ data: new Uint8Array(70_000) }, '{data: 70000 bytes}'],
  [new Map([['a', 1]]), '{a: 1}'],
  [{ a: { b: { c: { d: 1 } } } }, '{a: {b: {c: {…}}}}'],
  [
    { file: `/home/${'x'.repeat(90)}/b.txt` },
    `{file: "/home/${'x'.repeat(23)}…${'x'.repeat(23)}/b.txt"}`,
  ],
])('a value in words, %#', (value, text) => {
  expect(describeValue(value)).toBe(text);
});

test('it stays short, and whole characters stay whole', () => {
  const long = Object.fromEntries(
    Array.from({ length: 9 }, (_, i) => [`k${i}`, 'x'.repeat(99)]),
  );
  expect(describeValue(long).length).toBeLessThanOrEqual(160);
  expect(cut(`${'x'.repeat(8)}😀y`, 10).isWellFormed()).toBe(true);
  expect(describeValue(`${'x'.repeat(29)}😀${'y'.repeat(90)}`).isWellFormed()).toBe(true);
});

test('a secret member is left out, wherever it is', () => {
  const args = { token: 'abc', sources: [{ map: 1, token: 'abc' }] };
  expect(describeValue(args, 'token')).toBe('{sources: [{map: 1}]}');
});

test('what throws when it is looked at', () => {
  const odd = {
    get name() {
      throw new Error('no');
    },
  };
  expect(describeValue(odd)).toBe('…');
});
