/** What a JSON text may cost, seen before it is parsed. */
import { describe, expect, test } from 'vitest';
import { checkJsonText } from '../../../src/rpc/json/json-text.ts';
import { defaultLimits, type Limits } from '../../../src/rpc/limits.ts';

function excess(text: string, limits: Partial<Limits>, ...around: string[]): string {
  try {
    checkJsonText(text, { ...defaultLimits, ...limits }, ...around);
    return 'fits';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('depth counts brackets, not brackets inside strings', () => {
  test.each([
    [2, '[[1]]', 'fits'],
    [2, '[[[1]]]', 'nested deeper than 2 (maxDepth)'],
    [2, '[{"a":[1]}]', 'nested deeper than 2 (maxDepth)'],
    [2, '["[[[[", "\\"[[["]', 'fits'],
    [2, '["\\\\",[[1]]]', 'nested deeper than 2 (maxDepth)'],
    [1, '[[],[],[]]', 'nested deeper than 1 (maxDepth)'],
    [2, '[[],[],[],{},{}]', 'fits'],
    [2, '["[[[[', 'fits'],
  ])('at most %i: %s', (maxDepth, text, result) => {
    expect(excess(text, { maxDepth })).toBe(result);
  });
});

test.each([
  [3, '[1,2]', 'fits'],
  [3, '[1,2,3,4]', 'more than 3 values (maxValues)'],
  [3, '["a,b,c,d,e"]', 'fits'],
  [3, '[[[[[[]]]]]]', 'more than 3 values (maxValues)'],
])('at most %i values: %s', (maxValues, text, result) => {
  expect(excess(text, { maxValues })).toBe(result);
});

test.each([
  [4, '["abcd"]', 'fits'],
  [4, '["abcde"]', 'a string is over 4 bytes (maxStringBytes)'],
  [4, '["éé"]', 'fits'],
  [4, '["ééé"]', 'a string is over 4 bytes (maxStringBytes)'],
  [4, '{"abcde":1}', 'a string is over 4 bytes (maxStringBytes)'],
])('strings of at most %i bytes: %s', (maxStringBytes, text, result) => {
  expect(excess(text, { maxStringBytes })).toBe(result);
});

test.each([{ maxDepth: 2 }, { maxValues: 3 }, { maxStringBytes: 4 }])(
  'what goes around a text counts as if it were joined: %j',
  (limits) => {
    for (const text of ['1', '"abcd"', '"abcde"', '[[]]', '[1,2]', '[1,2,3]']) {
      const whole = `{"a":[${text}]}`;
      expect(excess(text, limits, '{"a":[', ']}')).toBe(excess(whole, limits));
    }
  },
);
