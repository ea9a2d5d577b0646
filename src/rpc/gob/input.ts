/**
 * Gob's bytes, incoming: chunks cut anywhere become whole messages, each preceded by its
 * length. A message that lies within one chunk is read where it lies; only what is cut is
 * copied, and each byte a constant number of times.
 *
 * Source: Go encoding/gob, decoder.go.
 */
import { LimitError, ProtocolError } from '../errors.ts';

const minBufferBytes = 256;

/** Bytes go in with `push`; `nextMessage` moves `position` and `end` to the next message. */
export class Input {
  readonly #maxBytes: number;
  /** Bytes from `#kept` to `#filled` are still needed. */
  protected buffer: Buffer = Buffer.alloc(0);
  #kept = 0;
  #filled = 0;
  /** Where the value ends that is here in full; 0: none is. */
  #valueEnd = 0;
  /** False: the buffer is a chunk, which belongs to whoever pushed it. */
  #isOwn = false;
  /** The message: what is left of it lies between these two. */
  protected position = 0;
  protected end = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = Math.min(maxBytes, 2 ** 30 - 1);
  }

  /** Keeps `chunk` without copying it: it must not change afterwards. */
  push(chunk: Buffer): void {
    if (this.#kept === this.#filled) {
      this.buffer = chunk;
      this.#isOwn = false;
      this.#kept = 0;
      this.#filled = chunk.length;
      this.position = 0;
      this.end = 0;
      this.#valueEnd = 0;
    } else this.#append(chunk);
  }

  /** True: something has come that is not part of a value which is here in full. */
  get hasPartialValue(): boolean {
    return Math.max(this.#kept, this.#valueEnd) < this.#filled;
  }

  /**
   * Moves on to the message after this one. False: it is not here in full, and nothing moved.
   * Throws as soon as a length is read that is none, or too long.
   */
  nextMessage(): boolean {
    const at = this.end;
    if (at >= this.#filled) return false;
    const first = this.buffer[at] as number;
    const width = first < 128 ? 0 : 256 - first;
    if (width > 8) throw new ProtocolError('gob: invalid message length');
    if (at + 1 + width > this.#filled) return false;
    const length = width === 0 ? first : this.#readLength(at + 1, width);
    const start = at + 1 + width;
    if (start - this.#kept - 1 - width + length > this.#maxBytes) {
      throw new LimitError(
        'maxFrameBytes',
        `gob: message of more than ${this.#maxBytes} bytes`,
      );
    }
    if (start + length > this.#filled) return false;
    this.position = start;
    this.end = start + length;
    return true;
  }

  /** The value at hand ends where this message ends. */
  endValue(): void {
    this.#valueEnd = this.end;
  }

  /** Goes back to the first message of the value at hand. */
  rewind(): void {
    this.end = this.#kept;
    this.nextMessage();
  }

  /** Lets go of the value at hand, or else of the message. */
  release(): void {
    this.end = Math.max(this.end, this.#valueEnd);
    this.position = this.end;
    this.#kept = this.end;
    this.#valueEnd = 0;
  }

  #readLength(at: number, width: number): number {
    let length = 0;
    for (let i = 0; i < width; i++)
      length = length * 256 + (this.buffer[at + i] as number);
    return length;
  }

  #append(chunk: Buffer): void {
    const unread = this.#filled - this.#kept;
    const needed = unread + chunk.length;
    if (!this.#isOwn || needed > this.buffer.length / 2) {
      if (!this.#isOwn || this.#filled + chunk.length > this.buffer.length) {
        this.#moveTo(Buffer.allocUnsafeSlow(Math.max(2 * needed, minBufferBytes)));
      }
    } else if (this.#filled + chunk.length > this.buffer.length)
      this.#moveTo(this.buffer);
    chunk.copy(this.buffer, this.#filled);
    this.#filled += chunk.length;
  }

  #moveTo(buffer: Buffer): void {
    this.buffer.copy(buffer, 0, this.#kept, this.#filled);
    this.buffer = buffer;
    this.#isOwn = true;
    this.position -= this.#kept;
    this.end -= this.#kept;
    this.#filled -= this.#kept;
    this.#valueEnd = Math.max(this.#valueEnd - this.#kept, 0);
    this.#kept = 0;
  }
}
