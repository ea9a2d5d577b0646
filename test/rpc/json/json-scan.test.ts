/** What JSON.parse forgets: how a number was written, and how an id was. */
import { expect, test } from 'vitest';
import {
  JsonNumber,
  mayHoldHalves,
  mayLoseDigits,
  parseExactly,
  writeId,
} from '../../../src/rpc/json/json-scan.ts';

test.each(['9007199254740993', '1.0', '1E+2', '0.10', '1e400', '-12345678901234567890'])(
  'the number %s keeps its digits',
  (text) => {
    expect(mayLoseDigits(`[${text}]`)).toBe(true);
    expect(parseExactly(`[${text}]`)).toEqual([new JsonNumber(text)]);
  },
);

test.each(['0', '-1', '0.5', '9007199254740991', '100', '10.25'])(
  'the number %s needs no care',
  (text) => {
    expect(mayLoseDigits(`[${text}]`)).toBe(text === '9007199254740991');
    expect(parseExactly(`[${text}]`)).toEqual([Number(text)]);
  },
);

test('half a character becomes U+FFFD, a whole one stays', () => {
  const text = '{"\\ud800":["\\ud83d\\ude80","\\udc00 "]}';
  expect(mayHoldHalves(text)).toBe(true);
  expect(parseExactly(text)).toEqual({ '\ufffd': ['🚀', '\ufffd '] });
});

test.each([
  ['1.5e3', '1.5e3'],
  ['9007199254740993', '9007199254740993'],
  ['"\\ud800"', '"\\ud800"'],
  ['{"k":[1]}', '{"k":[1]}'],
  ['[1,\n2]', '[1, 2]'],
  ['null', 'null'],
])('the id %s comes back as %s, on one line', (id, echo) => {
  const text = `{"id":${id}}`;
  expect(writeId(JSON.parse(text).id, text)).toBe(echo);
});
