/**
 * Different keys, numbered from 0 on as they come: an open-addressing table. All keys lie one
 * after the other as UTF-8; a slot has a key's length and its last eight bytes, as numbers, so
 * that to find a short key again nothing else has to be read, and nothing is allocated for it.
 *
 * Source: Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm L.
 */
import type { Ranges } from './byte-order.ts';

/** A slot is four numbers beside each other: the key's number + 1 (0: free), length, last bytes. */
const slotSize = 4;
const lengthAt = 1;
const highAt = 2;
const lowAt = 3;
/** So many bytes fit into two numbers of 32 bits. */
const tailLength = 8;
/** A table begins with 4,096 slots, and when three of four are taken it has four times as many. */
const firstSlotBits = 12;
const growthBits = 2;
/** From this length on, one call into Node costs less than a loop over the characters. */
const longKey = 48;
/** A UTF-16 unit becomes at most three bytes of UTF-8. */
const bytesPerUnit = 3;
/** Odd, and other ones in every thread: nobody can choose keys that all want the same slot. */
const lowFactor = chooseFactor();
const highFactor = chooseFactor();
const lastFactor = chooseFactor();

export class KeyTable {
  /** So many bits of a hash are too many for a slot. */
  #shift = 32 - firstSlotBits;
  #slots = new Int32Array(slotSize << firstSlotBits);
  #bytes: Buffer = Buffer.allocUnsafeSlow(1 << 14);
  /** By number: where a key begins, which is where the one before it ends. */
  #starts = new Uint32Array(countKeys(1 << firstSlotBits) + 1);
  #size = 0;

  /** How many different keys there are. */
  get size(): number {
    return this.#size;
  }

  /** How many bytes of UTF-8 all keys have together. */
  get textBytes(): number {
    return this.#starts[this.#size]!;
  }

  /** All keys by their numbers. Valid until the next `add`. */
  get ranges(): Ranges {
    return { bytes: this.#bytes, starts: this.#starts };
  }

  /** The key of that number. */
  textOf(number: number): string {
    return this.#bytes.toString('utf8', this.#starts[number], this.#starts[number + 1]);
  }

  /**
   * The key's number; a key that is new gets the next one, which is `size`. A lone surrogate is
   * taken for U+FFFD, as it would be on its way through a file.
   */
  add(key: string): number {
    const { length } = key;
    if (length > tailLength) return this.#addBytes(key);
    let high = 0;
    let low = 0;
    for (let i = 0; i < length; i++) {
      const unit = key.charCodeAt(i);
      if (unit > 0x7f) return this.#addBytes(key);
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | unit;
    }
    const number = this.#slots[this.#findSlot(high, low, length, 0, 0)]!;
    return number === 0 ? this.#addBytes(key) : number - 1;
  }

  /** Of any key: puts its bytes behind those of all others, where they stay if it is new. */
  #addBytes(key: string): number {
    const { length } = key;
    const start = this.#starts[this.#size]!;
    if (start + bytesPerUnit * length > this.#bytes.length) this.#growBytes(key);
    const bytes = this.#bytes;
    if (length > longKey) return this.#find(start, start + bytes.write(key, start));
    for (let i = 0; i < length; i++) {
      const unit = key.charCodeAt(i);
      if (unit > 0x7f) return this.#find(start, start + bytes.write(key, start));
      bytes[start + i] = unit;
    }
    return this.#find(start, start + length);
  }

  #find(start: number, end: number): number {
    const bytes = this.#bytes;
    const length = end - start;
    let high = 0;
    let low = 0;
    for (let at = Math.max(start, end - tailLength); at < end; at++) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | bytes[at]!;
    }
    const slots = this.#slots;
    const slot = this.#findSlot(high, low, length, start, end - tailLength);
    if (slots[slot] !== 0) return slots[slot]! - 1;
    slots[slot] = this.#size + 1;
    slots[slot + lengthAt] = length;
    slots[slot + highAt] = high;
    slots[slot + lowAt] = low;
    this.#starts[++this.#size] = end;
    if (this.#size === countKeys(slots.length / slotSize)) this.#grow();
    return this.#size - 1;
  }

  /** The key's slot, or a free one; its bytes but the last eight are from `start` to `end` - 1. */
  #findSlot(
    high: number,
    low: number,
    length: number,
    start: number,
    end: number,
  ): number {
    const slots = this.#slots;
    let slot = this.#firstSlot(high, low, this.#hashRest(length, start, end));
    for (; slots[slot] !== 0; slot = this.#nextSlot(slot)) {
      const isThere =
        slots[slot + lowAt] === low &&
        slots[slot + highAt] === high &&
        slots[slot + lengthAt] === length &&
        this.#beginsAs(slots[slot]! - 1, start, end);
      if (isThere) break;
    }
    return slot;
  }

  /** Multiplication spreads what is different over the upper bits. */
  #firstSlot(high: number, low: number, rest: number): number {
    const sum = Math.imul(low ^ (low >>> 15), lowFactor) + Math.imul(high, highFactor);
    const hash = Math.imul(sum ^ (sum >>> 16) ^ rest, lastFactor);
    return (hash >>> this.#shift) * slotSize;
  }

  #nextSlot(slot: number): number {
    return (slot + slotSize) & (this.#slots.length - 1);
  }

  /** Of a key's length, and of its bytes but the last eight, from `start` to `end` - 1. */
  #hashRest(length: number, start: number, end: number): number {
    const bytes = this.#bytes;
    let hash = length;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, lowFactor);
    return hash;
  }

  /** Whether the key of that number, whose last eight bytes are the same, is the same. */
  #beginsAs(number: number, start: number, end: number): boolean {
    const bytes = this.#bytes;
    for (let i = this.#starts[number]!, at = start; at < end; i++, at++) {
      if (bytes[i] !== bytes[at]) return false;
    }
    return true;
  }

  #growBytes(key: string): void {
    const needed = this.textBytes + bytesPerUnit * key.length;
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(bytes, 0, 0, this.textBytes);
    this.#bytes = bytes;
  }

  #grow(): void {
    const [old, starts] = [this.#slots, this.#starts];
    const slots = new Int32Array(old.length << growthBits);
    this.#slots = slots;
    this.#shift -= growthBits;
    this.#starts = new Uint32Array(countKeys(slots.length / slotSize) + 1);
    this.#starts.set(starts);
    for (let from = 0; from < old.length; from += slotSize) {
      if (old[from] === 0) continue;
      const [start, end] = [starts[old[from]! - 1]!, starts[old[from]!]!];
      const rest = this.#hashRest(end - start, start, end - tailLength);
      let slot = this.#firstSlot(old[from + highAt]!, old[from + lowAt]!, rest);
      while (slots[slot] !== 0) slot = this.#nextSlot(slot);
      for (let i = 0; i < slotSize; i++) slots[slot + i] = old[from + i]!;
    }
  }
}

/** How many keys so many slots are enough for. */
function countKeys(slots: number): number {
  return (slots / 4) * 3;
}

function chooseFactor(): number {
  return Math.floor(Math.random() * 2 ** 31) * 2 + 1;
}
