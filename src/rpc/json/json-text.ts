/**
 * What a JSON text may cost, looked at before it is parsed: what `JSON.parse` takes,
 * `JSON.stringify` may overflow on. A text that is too short to go over a limit is not read.
 */
import { LimitError } from '../errors.ts';
import type { Limits } from '../limits.ts';

/**
 * Throws a LimitError when the text nests too deep, or holds too many or too long values. What
 * goes around the text may come apart from it: to join a large one is to copy it.
 */
export function checkJsonText(text: string, limits: Limits, head = '', tail = ''): void {
  const { maxDepth, maxValues, maxStringBytes } = limits;
  const length = head.length + text.length + tail.length;
  // A level costs a character, and a value at least two: itself and what parts it from others.
  const mayBeDeep = length > maxDepth && countsMoreBrackets([head, text, tail], maxDepth);
  const mayBeMany = length / 2 > maxValues;
  const mayBeLong = length * 3 > maxStringBytes;
  if (mayBeDeep || mayBeMany || mayBeLong) readThrough(head + text + tail, limits);
}

/** Only what opens more than `limit` brackets can nest deeper; counting leaps over strings. */
function countsMoreBrackets(texts: readonly string[], limit: number): boolean {
  let count = 0;
  for (const text of texts) {
    for (const bracket of ['[', '{']) {
      let at = text.indexOf(bracket);
      for (; at !== -1 && count <= limit; count++) at = text.indexOf(bracket, at + 1);
    }
  }
  return count > limit;
}

function readThrough(
  text: string,
  { maxDepth, maxValues, maxStringBytes }: Limits,
): void {
  let depth = 0;
  let values = 1;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === quote) {
      const end = findStringEnd(text, i);
      if (isLongerThan(maxStringBytes, text, i + 1, end))
        throw new LimitError(
          'maxStringBytes',
          `a string is over ${maxStringBytes} bytes`,
        );
      i = end;
    } else if (char === openBracket || char === openBrace) {
      values++;
      if (++depth > maxDepth) {
        throw new LimitError('maxDepth', `nested deeper than ${maxDepth}`);
      }
    } else if (char === closeBracket || char === closeBrace) depth--;
    else if (char === comma) values++;
    if (values > maxValues)
      throw new LimitError('maxValues', `more than ${maxValues} values`);
  }
}

/** The index of the quote that ends the string which begins at `start`, or the text's end. */
function findStringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes++;
  return backslashes % 2 === 1;
}

function isLongerThan(bytes: number, text: string, start: number, end: number): boolean {
  if ((end - start) * 3 <= bytes) return false;
  return Buffer.byteLength(text.slice(start, end)) > bytes;
}

const comma = 0x2c;
const backslash = 0x5c;
const quote = 0x22;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
