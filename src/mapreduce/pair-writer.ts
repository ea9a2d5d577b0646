/**
 * Pairs as bytes, in the text format of `pairs.ts`, in one buffer that grows. A task empties it
 * into its file again and again.
 */
import { escapeKey, escapeText } from './pairs.ts';

const backslash = 0x5c;
const tab = 0x09;
const newline = 0x0a;
const firstPrintable = 0x20;
/** From this length on, one call into Node costs less than a loop over the characters. */
const longText = 48;
/** A UTF-16 unit becomes at most three bytes of UTF-8; escaping makes two of one. */
const bytesPerUnit = 3;

export class PairWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(bytes = 1024) {
    this.#bytes = Buffer.allocUnsafe(bytes);
  }

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.#length;
  }

  /** Appends what `formatPair` says. */
  write(key: string, value: string): void {
    this.#reserve(bytesPerUnit * (key.length + value.length) + 2);
    let at = writePlain(this.#bytes, key, this.#length);
    if (at === -1) at = this.#length + this.#bytes.write(escapeKey(key), this.#length);
    this.#writeValue(at, value);
  }

  /** The same with a key that is there as UTF-8: bytes `start` to `end` - 1 of `keys`. */
  writeRange(keys: Buffer, start: number, end: number, value: string): void {
    this.#reserve(end - start + bytesPerUnit * value.length + 2);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = start; i < end; i++) {
      const byte = keys[i]!;
      if (byte < firstPrintable || byte === backslash) {
        this.write(keys.toString('utf8', start, end), value);
        return;
      }
      bytes[at++] = byte;
    }
    this.#writeValue(at, value);
  }

  #writeValue(keyEnd: number, value: string): void {
    const bytes = this.#bytes;
    bytes[keyEnd] = tab;
    const start = keyEnd + 1;
    let at = writePlain(bytes, value, start);
    if (at === -1) at = start + bytes.write(escapeText(value), start);
    bytes[at] = newline;
    this.#length = at + 1;
  }

  /** All bytes written so far. They are valid until the next `write`; the writer is empty. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Writes a short printable ASCII text and returns its end; -1: it is another kind of text. */
function writePlain(bytes: Buffer, text: string, start: number): number {
  const length = text.length;
  if (length >= longText) return -1;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < firstPrintable || unit > 0x7e || unit === backslash) return -1;
    bytes[start + i] = unit;
  }
  return start + length;
}
