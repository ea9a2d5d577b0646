/**
 * Gob's bytes, outgoing: numbers, texts and length-prefixed messages, appended to a buffer that
 * grows. A frame is handed out as a window on that buffer, and its bytes are never touched
 * again, so nothing is copied twice. Knows nothing of types.
 *
 * Source: Go encoding/gob, "Encoding Details".
 */
import { LimitError } from '../errors.ts';

const firstSlabBytes = 1024;
const maxSlabBytes = 64 * 1024;
/** No number takes more: a count of bytes and eight of them. */
const maxNumberBytes = 9;
/** Room before a frame, so that a long message's length moves what precedes it, not itself. */
const slackBytes = 16;
/** Up to here a loop over the characters is faster than a call into the runtime. */
const shortTextLength = 32;

const floatBytes = new DataView(new ArrayBuffer(8));

/** Between `beginFrame` and `takeFrame` everything is appended to one frame. */
export class Writer {
  readonly #maxBytes: number;
  #buffer: Buffer = Buffer.alloc(0);
  #slabBytes = firstSlabBytes;
  /** End of the frame taken last: bytes before it are not ours any more. */
  #end = 0;
  #start = 0;
  #position = 0;

  /** A message of more than `maxBytes` is refused. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Forgets a frame that was begun and not taken. */
  beginFrame(): void {
    this.#start = this.#end + slackBytes;
    if (this.#start + 4 * slackBytes > this.#buffer.length) {
      this.#buffer = Buffer.allocUnsafeSlow(this.#slabBytes);
      this.#slabBytes = Math.min(2 * this.#slabBytes, maxSlabBytes);
      this.#end = 0;
      this.#start = slackBytes;
    }
    this.#position = this.#start;
  }

  takeFrame(): Buffer {
    const frame = this.#buffer.subarray(this.#start, this.#position);
    this.#end = this.#position;
    return frame;
  }

  /** Bytes of this frame so far: a place to return to with `truncate`. */
  get length(): number {
    return this.#position - this.#start;
  }

  truncate(length: number): void {
    this.#position = this.#start + length;
  }

  /** Leaves one byte for the length, which is most often enough; returns the message's mark. */
  beginMessage(): number {
    this.#reserve(1);
    return this.#position++ - this.#start;
  }

  /** Writes the length where `mark` is. Messages inside this one must have ended. */
  endMessage(mark: number): void {
    const at = this.#start + mark;
    const length = this.#position - at - 1;
    if (length > this.#maxBytes) throw this.#tooLong();
    if (length < 128) {
      this.#buffer[at] = length;
      return;
    }
    const moved = countBytes(length);
    this.#reserve(moved);
    this.#makeRoom(mark, moved);
    const end = this.#position;
    this.#position = this.#start + mark;
    this.uint(length);
    this.#position = end;
  }

  /** Inserts `count` bytes at `mark` by moving the shorter side. */
  #makeRoom(mark: number, count: number): void {
    const at = this.#start + mark;
    if (mark < this.#position - at && this.#start - count >= this.#end) {
      this.#buffer.copyWithin(this.#start - count, this.#start, at);
      this.#start -= count;
    } else {
      this.#buffer.copyWithin(at + count, at, this.#position);
      this.#position += count;
    }
  }

  /** A whole number from 0 to 2^64; above 2^53 only those that a double holds. */
  uint(value: number): void {
    this.#reserve(maxNumberBytes);
    const buffer = this.#buffer;
    if (value < 128) {
      buffer[this.#position++] = value;
      return;
    }
    const high = value < 2 ** 32 ? 0 : Math.floor(value / 2 ** 32);
    this.#words(high, value >>> 0);
  }

  uint64(value: bigint): void {
    if (value <= Number.MAX_SAFE_INTEGER) {
      this.uint(Number(value));
      return;
    }
    this.#reserve(maxNumberBytes);
    this.#words(Number(value >> 32n), Number(value & 0xffff_ffffn));
  }

  /** A safe integer. The lowest bit holds the sign, so that small ones stay small. */
  int(value: number): void {
    if (value >= 0) this.uint(value * 2);
    else if (value >= -(2 ** 52)) this.uint(-value * 2 - 1);
    else this.int64(BigInt(value));
  }

  int64(value: bigint): void {
    this.uint64(value < 0n ? (~value << 1n) | 1n : value << 1n);
  }

  /** The bytes backwards, exponent first: small whole numbers end in zeros, which are left out. */
  float(value: number): void {
    this.#reserve(maxNumberBytes);
    floatBytes.setFloat64(0, value, true);
    let first = 0;
    while (first < 7 && floatBytes.getUint8(first) === 0) first++;
    const last = floatBytes.getUint8(7);
    if (first === 7 && last < 128) {
      this.#buffer[this.#position++] = last;
      return;
    }
    this.#buffer[this.#position++] = 256 - (8 - first);
    for (let i = first; i < 8; i++) {
      this.#buffer[this.#position++] = floatBytes.getUint8(i);
    }
  }

  bytes(value: Uint8Array): void {
    this.uint(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#position);
    this.#position += value.length;
  }

  /** In UTF-8; half of a surrogate pair becomes U+FFFD. */
  text(value: string): void {
    if (value.length <= shortTextLength && this.#ascii(value)) return;
    const length = Buffer.byteLength(value);
    this.uint(length);
    this.#reserve(length);
    this.#position += this.#buffer.write(value, this.#position);
  }

  #ascii(value: string): boolean {
    const length = value.length;
    this.#reserve(1 + shortTextLength);
    const buffer = this.#buffer;
    const at = this.#position + 1;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 128) return false;
      buffer[at + i] = code;
    }
    buffer[this.#position] = length;
    this.#position = at + length;
    return true;
  }

  /** A number of 64 bits as its two halves, without leading zero bytes. */
  #words(high: number, low: number): void {
    const size = high === 0 ? countWordBytes(low) : 4 + countWordBytes(high);
    this.#buffer[this.#position++] = 256 - size;
    for (let i = size - 1; i >= 0; i--) {
      const word = i >= 4 ? high : low;
      this.#buffer[this.#position++] = word >>> (8 * (i & 3));
    }
  }

  #reserve(count: number): void {
    if (this.#position + count > this.#buffer.length) this.#grow(count);
  }

  #grow(count: number): void {
    const length = this.#position - this.#start;
    if (length + count > 2 * this.#maxBytes + maxSlabBytes) throw this.#tooLong();
    const size = Math.max(2 * length, length + count, firstSlabBytes);
    const larger = Buffer.allocUnsafeSlow(size + 4 * slackBytes);
    this.#buffer.copy(larger, slackBytes, this.#start, this.#position);
    this.#buffer = larger;
    this.#end = 0;
    this.#start = slackBytes;
    this.#position = slackBytes + length;
  }

  #tooLong(): LimitError {
    return new LimitError(
      'maxFrameBytes',
      `gob: message of more than ${this.#maxBytes} bytes`,
    );
  }
}

function countBytes(value: number): number {
  return value < 2 ** 32
    ? countWordBytes(value)
    : 4 + countWordBytes(Math.floor(value / 2 ** 32));
}

function countWordBytes(word: number): number {
  if (word < 2 ** 8) return 1;
  if (word < 2 ** 16) return 2;
  return word < 2 ** 24 ? 3 : 4;
}
