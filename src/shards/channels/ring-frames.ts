/**
 * Whole messages over a ring of bytes: each is its length and then its structured clone. One
 * that is larger than the ring goes through it in pieces.
 */
import { deserialize, serialize } from 'node:v8';
import type { RingBuffer } from './ring-buffer.ts';

/** In place of a length: there will be no further frame. */
const farewell = 0xffff_ffff;
const lengthBytes = 4;

/** Collects frames, and writes them together. */
export class FrameWriter {
  readonly #ring: RingBuffer;
  /** What is still to be written, in order; of the first only what is left. */
  #outbox: Uint8Array[] = [];

  constructor(ring: RingBuffer) {
    this.#ring = ring;
  }

  add(message: unknown): void {
    const body = serialize(message);
    this.#outbox.push(lengthOf(body.length), body);
  }

  addFarewell(): void {
    this.#outbox.push(lengthOf(farewell));
  }

  /** Writes what there is room for; true: everything is written. */
  flush(): boolean {
    const outbox = this.#outbox;
    let done = 0;
    for (const piece of outbox) {
      const written = this.#ring.write(piece);
      if (written < piece.length) {
        outbox[done] = piece.subarray(written);
        break;
      }
      done++;
    }
    this.#outbox = outbox.slice(done);
    this.#ring.wake();
    return this.#outbox.length === 0;
  }
}

function lengthOf(length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(lengthBytes);
  bytes.writeUInt32LE(length);
  return bytes;
}

/** Reads frames; a frame that has not come in full waits for the rest. */
export class FrameReader {
  /** The writer has said its last. */
  isEnded = false;
  readonly #ring: RingBuffer;
  readonly #length = Buffer.alloc(lengthBytes);
  #lengthRead = 0;
  /** Of the frame that is being read. */
  #body: Buffer | undefined;
  #bodyRead = 0;

  constructor(ring: RingBuffer) {
    this.#ring = ring;
  }

  /** The next message in full; undefined: none. */
  next(): { readonly message: unknown } | undefined {
    if (this.#body === undefined && !this.#beginBody()) return undefined;
    const body = this.#body as Buffer;
    this.#bodyRead += this.#ring.read(body.subarray(this.#bodyRead));
    if (this.#bodyRead < body.length) return undefined;
    this.#body = undefined;
    this.#bodyRead = 0;
    return { message: deserialize(body) };
  }

  #beginBody(): boolean {
    this.#lengthRead += this.#ring.read(this.#length.subarray(this.#lengthRead));
    if (this.#lengthRead < lengthBytes) return false;
    this.#lengthRead = 0;
    const length = this.#length.readUInt32LE();
    this.isEnded = length === farewell;
    if (!this.isEnded) this.#body = Buffer.allocUnsafe(length);
    return !this.isEnded;
  }
}
