/**
 * Which reduce task gets a key, and the order of keys inside a partition: both defined on the
 * key's UTF-8 bytes, so that other languages agree.
 *
 * Source: OSDI '04, sections 4.1 and 4.2; the hash is MIT 6.5840's ihash (FNV-1a, 32 bit).
 */

/** The partition of `key`, from 0 to `reduceTasks` - 1. */
export function partitionOf(key: string, reduceTasks: number): number {
  return hashKey(key) % reduceTasks;
}

/** FNV-1a over the key's UTF-8 bytes, without the sign bit: 0 to 2^31 - 1. */
export function hashKey(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    if (unit > 0x7f) return hashBytes(Buffer.from(key));
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return hash & 0x7fffffff;
}

/** The same of a key that is there as UTF-8: bytes `start` to `end` - 1. */
export function hashBytes(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash & 0x7fffffff;
}

/** Sorts keys in place by their UTF-8 bytes. */
export function sortKeys(keys: string[]): string[] {
  return keys.some(hasSurrogate) ? keys.sort(compareKeys) : keys.sort();
}

/**
 * Byte order of UTF-8 is code point order. JavaScript's own order is that of UTF-16 units and
 * differs where one key has a character above U+FFFF and the other one from U+E000 on.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length - b.length;
  return rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
}

/** Moves the surrogates above all other units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function hasSurrogate(key: string): boolean {
  return /[\ud800-\udfff]/.test(key);
}
