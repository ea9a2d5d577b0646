/**
 * Which bytes of a UTF-8 text belong to letters. Bytes that are no UTF-8 belong to none.
 *
 * Source: RFC 3629, section 4, "Syntax of UTF-8 Byte Sequences".
 */

/** A letter has at most so many bytes. */
const maxLetterBytes = 4;

/** A bit for each of the 32 bytes from `start` on: set where it belongs to a letter. */
export function markLetters(bytes: Uint8Array, start: number): number {
  let marks = 0;
  /** Where the last letter ends, which may have begun before `start`. */
  let letterEnd = 0;
  for (let at = start - (maxLetterBytes - 1); at < start + 32; at++) {
    if (at >= letterEnd) letterEnd = at + letterLength(bytes, at);
    if (at >= start && at < letterEnd) marks |= 1 << (at - start);
  }
  return marks;
}

/** How many bytes the letter has that begins at `at`; 0: none does. */
function letterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return isLetter(first) ? 1 : 0;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > bytes.length) return 0;
  let code = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i]!;
    if ((byte & 0xc0) !== 0x80) return 0;
    code = (code << 6) | (byte & 0x3f);
  }
  return code >= leastCode[length]! && isLetter(code) ? length : 0;
}

/** A code point with fewer bits must be written with fewer bytes. */
const leastCode = [0, 0, 0x80, 0x800, 0x10000];

const known = new Map<number, boolean>();

function isLetter(code: number): boolean {
  let is = known.get(code);
  if (is === undefined) {
    is = code <= 0x10ffff && /^\p{L}$/u.test(String.fromCodePoint(code));
    known.set(code, is);
  }
  return is;
}
