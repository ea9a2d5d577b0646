/**
 * Numbers, texts and counts, read from the message at hand. Whatever the bytes are, what comes
 * out is a value, a ProtocolError or a LimitError; no count is believed before its elements
 * are there.
 *
 * Source: Go encoding/gob, decode.go.
 */
import { LimitError, ProtocolError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { Input } from './input.ts';
import { chooseDepth, tooDeep } from './nesting.ts';

const floatBytes = new DataView(new ArrayBuffer(8));

/** Short texts read lately, by a hash: method names and keys come again and again. */
const shortTextLength = 32;
const recentTexts: string[] = new Array(256).fill('');

export class Reader extends Input {
  readonly #maxStringBytes: number;
  readonly #maxValues: number;
  readonly #maxDepth: number;
  #valuesLeft = 0;
  /** What the error says where no more are left. */
  #countedLimit: 'maxValues' | 'maxFields' = 'maxValues';
  #depth = 0;

  constructor(limits: Limits) {
    super(limits.maxFrameBytes);
    this.#maxStringBytes = limits.maxStringBytes;
    this.#maxValues = limits.maxValues;
    this.#maxDepth = chooseDepth(limits);
  }

  /** Begins to count values and levels anew. */
  beginValue(): void {
    this.#valuesLeft = this.#maxValues;
    this.#depth = 0;
  }

  /** Reads a definition in between: it does not count as part of the value. */
  readDefinition<Value>(maxValues: number, read: () => Value): Value {
    const valuesLeft = this.#valuesLeft;
    const depth = this.#depth;
    this.#valuesLeft = maxValues;
    this.#depth = 0;
    this.#countedLimit = 'maxFields';
    const value = read();
    this.#countedLimit = 'maxValues';
    this.#valuesLeft = valuesLeft;
    this.#depth = depth;
    return value;
  }

  get bytesLeft(): number {
    return this.end - this.position;
  }

  /** Counts one field or element. */
  countValue(): void {
    if (--this.#valuesLeft < 0) {
      throw new LimitError(this.#countedLimit, 'gob: too many values in one message');
    }
  }

  /** Goes one level down; `leave` comes back up. */
  enter(): void {
    if (++this.#depth > this.#maxDepth) throw tooDeep(this.#maxDepth);
  }

  leave(): void {
    this.#depth--;
  }

  /** An unsigned number; a bigint beyond 2^53. */
  uint(): number | bigint {
    const first = this.#byte();
    return first < 128 ? first : this.#longUint(256 - first);
  }

  #longUint(size: number): number | bigint {
    if (size > 8) throw new ProtocolError('gob: encoded unsigned integer out of range');
    const at = this.#take(size);
    let high = 0;
    let low = 0;
    for (let i = 0; i < size; i++) {
      const byte = this.buffer[at + i] as number;
      if (size - i > 4) high = high * 256 + byte;
      else low = low * 256 + byte;
    }
    if (high < 2 ** 21) return high * 2 ** 32 + low;
    return (BigInt(high) << 32n) | BigInt(low);
  }

  /** A signed number; a bigint beyond 2^53 on either side. */
  int(): number | bigint {
    const value = this.uint();
    if (typeof value === 'number') {
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    const large = value & 1n ? ~(value >> 1n) : value >> 1n;
    const small = Number(large);
    return Number.isSafeInteger(small) ? small : large;
  }

  /** An unsigned number that is small or wrong: a field's distance, a length, a flag. */
  smallUint(): number {
    const first = this.#byte();
    if (first < 128) return first;
    const value = this.#longUint(256 - first);
    if (typeof value === 'number') return value;
    throw new ProtocolError('gob: number out of range');
  }

  /** The way from field `at` to the next; 0: there is none. A nil pointer has not even that 0. */
  fieldDelta(at: number): number {
    const isNil = at === -1 && this.position >= this.end;
    return isNil ? 0 : this.smallUint();
  }

  /** How many elements follow, of which each takes at least `minBytes`. */
  count(minBytes: number): number {
    const count = this.smallUint();
    if (count * minBytes > this.bytesLeft) {
      throw new ProtocolError(`gob: length exceeds input size (${count} elements)`);
    }
    return count;
  }

  float(): number {
    const first = this.#byte();
    floatBytes.setFloat64(0, 0);
    if (first < 128) floatBytes.setUint8(7, first);
    else {
      const size = 256 - first;
      if (size > 8) throw new ProtocolError('gob: encoded unsigned integer out of range');
      const at = this.#take(size);
      for (let i = 0; i < size; i++) {
        floatBytes.setUint8(8 - size + i, this.buffer[at + i] as number);
      }
    }
    return floatBytes.getFloat64(0, true);
  }

  /** A copy, which outlives the message. */
  bytes(): Uint8Array {
    const length = this.#stringLength();
    const at = this.#take(length);
    return new Uint8Array(this.buffer.subarray(at, at + length));
  }

  /** From UTF-8; what is none becomes U+FFFD. */
  text(): string {
    const length = this.#stringLength();
    const at = this.#take(length);
    if (length > shortTextLength) return this.buffer.toString('utf8', at, at + length);
    let hash = length;
    for (let i = at; i < at + length; i++) {
      hash = (hash * 31 + (this.buffer[i] as number)) & 0xff;
    }
    const recent = recentTexts[hash] as string;
    if (this.#isTextAt(at, length, recent)) return recent;
    const text = this.buffer.toString('utf8', at, at + length);
    recentTexts[hash] = text;
    return text;
  }

  skipBytes(): void {
    this.#take(this.#stringLength());
  }

  #stringLength(): number {
    const length = this.count(1);
    if (length > this.#maxStringBytes) {
      throw new LimitError('maxStringBytes', `gob: string of ${length} bytes`);
    }
    return length;
  }

  /** Only for texts of ASCII: others differ in length, or in a byte. */
  #isTextAt(at: number, length: number, text: string): boolean {
    if (text.length !== length) return false;
    for (let i = 0; i < length; i++) {
      const byte = this.buffer[at + i] as number;
      if (byte >= 128 || text.charCodeAt(i) !== byte) return false;
    }
    return true;
  }

  #byte(): number {
    if (this.position >= this.end) throw unexpectedEnd();
    return this.buffer[this.position++] as number;
  }

  #take(count: number): number {
    const at = this.position;
    if (at + count > this.end) throw unexpectedEnd();
    this.position = at + count;
    return at;
  }
}

function unexpectedEnd(): ProtocolError {
  return new ProtocolError('gob: unexpected end of message');
}
