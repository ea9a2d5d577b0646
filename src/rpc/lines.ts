/**
 * Frames of the JSON wire: one value a line. Turns chunks of bytes, cut anywhere, into lines,
 * with constant work per byte and bounded memory, whatever the peer sends.
 */
import { ProtocolError } from './errors.ts';

const newline = 0x0a;

/** Collects bytes with `push`, hands out whole lines with `next`. */
export class LineReader {
  readonly #maxBytes: number;
  /** Chunks not looked at yet; the first one from `#offset` on. */
  readonly #chunks: Buffer[] = [];
  #offset = 0;
  /** The beginning of a line whose end has not come; the first `#partialBytes` bytes count. */
  #partial: Buffer = Buffer.alloc(0);
  #partialBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  /** True: the peer has begun a line and owes us the rest of it. */
  get hasPartialLine(): boolean {
    return this.#partialBytes > 0;
  }

  /** The next whole line without its newline; undefined: more bytes are needed. */
  next(): string | undefined {
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      const end = chunk.indexOf(newline, this.#offset);
      const stop = end === -1 ? chunk.length : end;
      const lineBytes = this.#partialBytes + stop - this.#offset;
      if (lineBytes > this.#maxBytes) {
        throw new ProtocolError(`frame is longer than ${this.#maxBytes} bytes`);
      }
      if (end === -1) {
        this.#keep(chunk.subarray(this.#offset));
        this.#skipTo(chunk, chunk.length);
        continue;
      }
      const line = this.#finish(chunk, stop);
      this.#skipTo(chunk, end + 1);
      return line;
    }
    return undefined;
  }

  #skipTo(chunk: Buffer, offset: number): void {
    this.#offset = offset;
    if (offset < chunk.length) return;
    this.#chunks.shift();
    this.#offset = 0;
  }

  /** Doubling keeps a line of n one-byte chunks at O(n) copies. */
  #keep(bytes: Buffer): void {
    const needed = this.#partialBytes + bytes.length;
    if (needed > this.#partial.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#partial.length));
      this.#partial.copy(larger, 0, 0, this.#partialBytes);
      this.#partial = larger;
    }
    bytes.copy(this.#partial, this.#partialBytes);
    this.#partialBytes = needed;
  }

  #finish(chunk: Buffer, end: number): string {
    if (this.#partialBytes === 0) return chunk.toString('utf8', this.#offset, end);
    this.#keep(chunk.subarray(this.#offset, end));
    const line = this.#partial.toString('utf8', 0, this.#partialBytes);
    this.#partial = Buffer.alloc(0);
    this.#partialBytes = 0;
    return line;
  }
}

/**
 * True when arrays and objects nest deeper than `maxDepth` in this JSON text. Looked at before
 * parsing, because what `JSON.parse` takes, `JSON.stringify` may overflow on.
 */
export function nestsDeeperThan(maxDepth: number, json: string): boolean {
  if (json.length <= maxDepth) return false;
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < json.length; i++) {
    const char = json.charCodeAt(i);
    if (isInString) {
      if (char === backslash) i++;
      else if (char === quote) isInString = false;
    } else if (char === quote) isInString = true;
    else if (char === openBracket || char === openBrace) {
      if (++depth > maxDepth) return true;
    } else if (char === closeBracket || char === closeBrace) depth--;
  }
  return false;
}

const backslash = 0x5c;
const quote = 0x22;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
