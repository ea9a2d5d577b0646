/**
 * Frames of the JSON wires: one value a line. Turns chunks of bytes, cut anywhere, into lines,
 * with constant work per byte and bounded memory, whatever the peer sends.
 */
import { LimitError } from './errors.ts';

const newline = 0x0a;

/** Collects bytes with `push`, hands out whole lines with `next`. */
export class LineReader {
  readonly #maxBytes: number;
  /** Whole lines, decoded together (one call a chunk, not one a line); from `#at` on. */
  #text = '';
  #at = 0;
  /** The beginning of a line whose end has not come; the first `#partialBytes` bytes count. */
  #partial: Buffer = Buffer.alloc(0);
  #partialBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    const end = chunk.lastIndexOf(newline) + 1;
    if (end > 0) {
      const lines = this.#finishPartial(chunk, end);
      this.#text =
        this.#at < this.#text.length ? this.#text.slice(this.#at) + lines : lines;
      this.#at = 0;
    }
    if (end < chunk.length) this.#keep(chunk.subarray(end));
  }

  /** True: the peer has begun a line and owes us the rest of it. */
  get hasPartialLine(): boolean {
    return this.#partialBytes > 0;
  }

  /**
   * The next line that is not empty, without its newline; undefined: more bytes are needed. Throws a
   * LimitError for a line that is too long, whether its end has come or not.
   */
  next(): string | undefined {
    let start = this.#at;
    while (this.#text.charCodeAt(start) === newline) start++;
    if (start >= this.#text.length) {
      this.#at = start;
      if (this.#partialBytes > this.#maxBytes) this.#refuse();
      return undefined;
    }
    const end = this.#text.indexOf('\n', start);
    this.#at = end + 1;
    const isLong = (end - start) * 3 > this.#maxBytes;
    const line = this.#text.slice(start, end);
    if (isLong && Buffer.byteLength(line) > this.#maxBytes) this.#refuse();
    return line;
  }

  /** The last byte of the line that has begun; undefined where none has. */
  get lastByte(): number | undefined {
    return this.#partialBytes === 0 ? undefined : this.#partial[this.#partialBytes - 1];
  }

  /** Everything that has not been handed out, and forgets it. */
  takeRest(): Buffer {
    const rest = Buffer.concat([
      Buffer.from(this.#text.slice(this.#at)),
      this.#partial.subarray(0, this.#partialBytes),
    ]);
    this.#text = '';
    this.#at = 0;
    this.#forgetPartial();
    return rest;
  }

  #finishPartial(chunk: Buffer, end: number): string {
    if (this.#partialBytes === 0) return chunk.toString('utf8', 0, end);
    this.#keep(chunk.subarray(0, end));
    const lines = this.#partial.toString('utf8', 0, this.#partialBytes);
    this.#forgetPartial();
    return lines;
  }

  #forgetPartial(): void {
    this.#partial = Buffer.alloc(0);
    this.#partialBytes = 0;
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

  #refuse(): never {
    throw new LimitError('maxFrameBytes', `frame is over ${this.#maxBytes} bytes`);
  }
}
