/** What the system says, without the path that a sentence has named already. */
import { mkdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reasonOf } from '../../src/mapreduce/system-reason.ts';

test.each<[() => void, string]>([
  [() => readFileSync('/not/there'), 'no such file or directory'],
  [() => readFileSync('/'), 'illegal operation on a directory'],
  [() => mkdirSync('/'), 'file already exists'],
  [() => JSON.parse('x'), `Unexpected token 'x', "x" is not valid JSON`],
])('%s', (act, reason) => {
  try {
    act();
  } catch (error) {
    return expect(reasonOf(error)).toBe(reason);
  }
  expect.unreachable();
});
