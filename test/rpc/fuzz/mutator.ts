/** Frames with something wrong: a bit, a length, a nesting, a number, a cut. Seeded. */
import { createRandom } from '../../../src/sim/random.ts';

const telling = [0, 1, 2, 0x0a, 0x22, 0x5b, 0x7b, 0x7d, 0x7f, 0x80, 0xf8, 0xfe, 0xff];
const numbers = ['1e400', '-1', '9223372036854775808', '0.1e-9', '1'.repeat(60), '-0'];
const names = ['__proto__', 'constructor', 'toString', 'then', 'toJSON', 'attachments'];

export class Mutator {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** One thing wrong, or two; `other` is what is spliced in. */
  mutate(frame: Buffer, other: Buffer): Buffer {
    let bytes = frame;
    for (let i = this.below(2); i >= 0; i--) bytes = this.#change(bytes, other);
    return bytes.length > 4096 ? bytes.subarray(0, 4096) : bytes;
  }

  /** The same bytes in pieces: mostly whole, at times in two, at times one by one. */
  cut(bytes: Buffer): Buffer[] {
    const kind = this.below(100);
    if (kind === 0) return Array.from(bytes, (byte) => Buffer.of(byte));
    if (kind > 15 || bytes.length < 2) return [bytes];
    const at = 1 + this.below(bytes.length - 1);
    return [bytes.subarray(0, at), bytes.subarray(at)];
  }

  #change(frame: Buffer, other: Buffer): Buffer {
    const at = this.below(frame.length + 1);
    const [head, tail] = [frame.subarray(0, at), frame.subarray(at)];
    switch (this.below(12)) {
      case 0:
        return Buffer.concat([head, tail.subarray(1 + this.below(8))]);
      case 1:
        return head;
      case 2:
        return Buffer.concat([head, other.subarray(this.below(other.length))]);
      case 3:
        return Buffer.concat([head, other, tail]);
      case 4: {
        const end = at + 1 + this.below(16);
        const times = 1 + this.below(this.below(20) === 0 ? 300 : 3);
        return Buffer.concat([head, ...Array(times).fill(frame.subarray(at, end)), tail]);
      }
      case 5:
        return this.#changeLength(frame);
      case 6: {
        const depth = 1 + this.below(this.below(8) === 0 ? 900 : 8);
        return Buffer.concat([
          head,
          Buffer.from(this.pick(['[', '{"a":', '[{"":']).repeat(depth)),
          tail,
        ]);
      }
      case 7:
        return this.#replaceText(frame, /\d+/g, numbers);
      case 8:
        return this.#replaceText(frame, /[A-Za-z]{3,}/g, names);
      default: {
        const bytes = Buffer.from(frame);
        if (at === bytes.length) return bytes;
        const flipped = (bytes[at] as number) ^ (1 << this.below(8));
        bytes[at] = this.below(3) === 0 ? this.pick(telling) : flipped;
        return bytes;
      }
    }
  }

  /** The first bytes hold the length in gob and in framed JSON. */
  #changeLength(frame: Buffer): Buffer {
    const bytes = Buffer.from(frame);
    const at = this.below(5);
    if (at < bytes.length) bytes[at] = this.pick(telling);
    return bytes;
  }

  #replaceText(frame: Buffer, pattern: RegExp, by: readonly string[]): Buffer {
    const text = frame.toString('latin1');
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return frame;
    const match = this.pick(found);
    const rest = text.slice(match.index + match[0].length);
    return Buffer.from(text.slice(0, match.index) + this.pick(by) + rest, 'latin1');
  }
}
