/**
 * Counts pairs that come again and again, as `the` with `1` does. A short key is written as two
 * numbers, so that it is found again by comparing numbers that lie beside each other: no object
 * is followed, and no memory but one small table is touched. What is counted is handed on, as
 * the pair and how often, when its slot is needed and at the end.
 *
 * Source: OSDI '04, section 4.3; the table is a direct-mapped cache that writes back, as in
 * processors.
 */

/** A slot is four numbers beside each other: two for the key, its length (0: free), how often. */
const slotSize = 4;
const lowAt = 1;
const lengthAt = 2;
const timesAt = 3;
/** 131,072 slots, which are two megabytes. */
const slotBits = 17;
/** So many characters of Latin-1 fit into two numbers of 32 bits. */
const maxLength = 8;
/** Handed on then, lest a number outgrow its slot. */
const maxTimes = 1 << 30;

/** Told of a key, and how often it came with the value that is counted. */
export type HandOn = (key: string, value: string, times: number) => void;

export class RepeatedPairs {
  readonly #slots = new Int32Array(slotSize << slotBits);
  readonly #handOn: HandOn;
  /** The first value of all: no pair with another one is counted. */
  #value: string | undefined;

  constructor(handOn: HandOn) {
    this.#handOn = handOn;
  }

  /**
   * False: the pair is none that is counted here. What was counted of its key has then been
   * handed on, so that a key's values stay in the order in which they came.
   */
  count(key: string, value: string): boolean {
    const { length } = key;
    if (length === 0 || length > maxLength) return false;
    let high = 0;
    let low = 0;
    for (let i = 0; i < length; i++) {
      const code = key.charCodeAt(i);
      if (code > 0xff) return false;
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | code;
    }
    const slots = this.#slots;
    const slot = slotOf(high, low);
    const isThere =
      slots[slot] === high &&
      slots[slot + lowAt] === low &&
      slots[slot + lengthAt] === length;
    this.#value ??= value;
    if (value !== this.#value) {
      if (isThere) this.#empty(slot);
      return false;
    }
    if (!isThere) this.#fill(slot, high, low, length);
    else if (++slots[slot + timesAt]! === maxTimes) this.#empty(slot);
    return true;
  }

  /** Hands on all that is counted. */
  finish(): void {
    for (let slot = 0; slot < this.#slots.length; slot += slotSize) this.#empty(slot);
  }

  #fill(slot: number, high: number, low: number, length: number): void {
    this.#empty(slot);
    this.#slots[slot] = high;
    this.#slots[slot + lowAt] = low;
    this.#slots[slot + lengthAt] = length;
    this.#slots[slot + timesAt] = 1;
  }

  #empty(slot: number): void {
    const slots = this.#slots;
    const length = slots[slot + lengthAt]!;
    if (length === 0) return;
    slots[slot + lengthAt] = 0;
    const key = readKey(slots[slot]!, slots[slot + lowAt]!, length);
    this.#handOn(key, this.#value as string, slots[slot + timesAt]!);
  }
}

/** Keys that differ in any bit are spread over all slots (Knuth's multiplicative hashing). */
function slotOf(high: number, low: number): number {
  const hash = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  return (hash >>> (32 - slotBits)) * slotSize;
}

/** The characters that were written as two numbers. */
function readKey(high: number, low: number, length: number): string {
  let key = '';
  for (let shift = 8 * (length - 1); shift >= 0; shift -= 8) {
    const code = shift < 32 ? low >>> shift : high >>> (shift - 32);
    key += String.fromCharCode(code & 0xff);
  }
  return key;
}
