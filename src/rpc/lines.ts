/**
 * Frames of the JSON wires: one value a line. Turns chunks of bytes, cut anywhere, into lines,
 * with constant work per byte and bounded memory, whatever the peer sends.
 */
import { isAscii } from 'node:buffer';
import { LimitError } from './errors.ts';

const newline = 0x0a;

/** Collects bytes with `push`, hands out whole lines with `next`. */
export class LineReader {
  readonly #maxBytes: number;
  /** Whole lines, decoded together (one call a chunk, not one a line); from `#at` on. */
  #text = '';
  #at = 0;
  /** The beginning of a line whose end has not come. */
  readonly #partial = new Parts();

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
    if (end < chunk.length) this.#partial.add(chunk.subarray(end));
  }

  /** True: the peer has begun a line and owes us the rest of it. */
  get hasPartialLine(): boolean {
    return this.#partial.length > 0;
  }

  /**
   * The next line that is not empty, without its newline; undefined: more bytes are needed. Throws a
   * LimitError for a line that is too long, whether its end has come or not.
   */
  next(): string | undefined {
    const text = this.#text;
    let start = this.#at;
    while (text.charCodeAt(start) === newline) start++;
    if (start >= text.length) {
      this.#at = start;
      if (this.#partial.length > this.#maxBytes) this.#refuse();
      return undefined;
    }
    const end = text.indexOf('\n', start);
    this.#at = end + 1;
    const isLong = (end - start) * 3 > this.#maxBytes;
    const line = text.slice(start, end);
    if (isLong && Buffer.byteLength(line) > this.#maxBytes) this.#refuse();
    return line;
  }

  /** The last byte of the line that has begun; undefined where none has. */
  get lastByte(): number | undefined {
    return this.#partial.lastByte;
  }

  /** Everything that has not been handed out, and forgets it. */
  takeRest(): Buffer {
    const lines = Buffer.from(this.#text.slice(this.#at));
    this.#text = '';
    this.#at = 0;
    return Buffer.concat([lines, this.#partial.take()]);
  }

  #finishPartial(chunk: Buffer, end: number): string {
    if (this.#partial.length === 0) return decodeText(chunk.subarray(0, end));
    this.#partial.add(chunk.subarray(0, end));
    return decodeText(this.#partial.take());
  }

  #refuse(): never {
    throw new LimitError('maxFrameBytes', `frame is over ${this.#maxBytes} bytes`);
  }
}

/** The text that UTF-8 stands for. Nearly all of it is ASCII, which needs no decoding. */
export function decodeText(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
}

/**
 * Bytes in parts as they came, joined once. Small ones are collected in a block first, so that
 * a peer that sends a byte at a time costs us a byte at a time.
 */
class Parts {
  length = 0;
  readonly #parts: Buffer[] = [];
  #block = Buffer.alloc(0);
  #blockBytes = 0;

  get lastByte(): number | undefined {
    if (this.#blockBytes > 0) return this.#block[this.#blockBytes - 1];
    return this.#parts.at(-1)?.at(-1);
  }

  add(part: Buffer): void {
    this.length += part.length;
    if (this.#blockBytes + part.length > this.#block.length) this.#closeBlock();
    if (part.length >= blockBytes) {
      this.#parts.push(part);
      return;
    }
    if (this.#block.length === 0) this.#block = Buffer.allocUnsafe(blockBytes);
    part.copy(this.#block, this.#blockBytes);
    this.#blockBytes += part.length;
  }

  take(): Buffer {
    this.#closeBlock();
    const whole = Buffer.concat(this.#parts);
    this.#parts.length = 0;
    this.length = 0;
    return whole;
  }

  #closeBlock(): void {
    if (this.#blockBytes > 0) this.#parts.push(this.#block.subarray(0, this.#blockBytes));
    this.#block = Buffer.alloc(0);
    this.#blockBytes = 0;
  }
}

const blockBytes = 8192;
