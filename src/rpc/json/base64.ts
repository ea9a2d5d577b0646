/**
 * Base64 as strict as Go's: padded, and line ends ignored. Where it is wrong, the error says at
 * which byte.
 *
 * Source: Go encoding/base64, StdEncoding.
 */

/** Throws an Error with Go's text. */
export function decodeBase64(text: string): Uint8Array {
  const wrong = findWrong(text);
  if (wrong !== undefined) throw new Error(`illegal base64 data at input byte ${wrong}`);
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function findWrong(text: string): number | undefined {
  let at = text.search(/[^A-Za-z0-9+/]/);
  if (at === -1) at = text.length;
  let digits = at;
  for (; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '=') return findWrongPadding(text, at, digits % 4);
    if (/[A-Za-z0-9+/]/.test(char)) digits++;
    else if (!isLineEnd(char)) return at;
  }
  // A group of four has begun; what it lacks is missed where its digits would be.
  return digits % 4 === 0 ? undefined : text.length - (digits % 4);
}

/** The first `=` is at `start`, behind `digits` digits of its group. */
function findWrongPadding(text: string, start: number, digits: number) {
  if (digits < 2) return start;
  let at = skipLineEnds(text, start + 1);
  if (digits === 2) {
    if (at === text.length) return at;
    if (text[at] !== '=') return at - 1;
    at = skipLineEnds(text, at + 1);
  }
  return at < text.length ? at : undefined;
}

function skipLineEnds(text: string, from: number): number {
  let at = from;
  while (isLineEnd(text[at])) at++;
  return at;
}

function isLineEnd(char: string | undefined): boolean {
  return char === '\n' || char === '\r';
}
