/**
 * Counts how often runs of bytes occur: an open-addressing table whose keys lie one after the
 * other in one array. Nothing is allocated for a run of bytes that is known already.
 *
 * Source: Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm L.
 */

/** A slot is four numbers beside each other: its count (0: free), hash, and key's place. */
const slotSize = 4;
const hashAt = 1;
const startAt = 2;
const endAt = 3;

export class ByteCounts {
  /** A power of two of slots, at least twice as many as keys. */
  #slots = new Int32Array(slotSize << 15);
  #keys = new Uint8Array(1 << 18);
  #keysEnd = 0;
  #size = 0;

  /** Counts bytes `start` to `end` - 1. The same bytes must always come with the same hash. */
  add(bytes: Uint8Array, start: number, end: number, hash: number): void {
    const slots = this.#slots;
    for (let slot = this.#firstSlot(hash); ; slot = this.#nextSlot(slot)) {
      if (slots[slot] === 0) {
        this.#fill(slot, bytes, start, end, hash);
        return;
      }
      if (slots[slot + hashAt] === hash && this.#isKeyOf(slot, bytes, start, end)) {
        slots[slot]!++;
        return;
      }
    }
  }

  /** Every key with its count. The bytes are valid until `clear`. */
  *entries(): Generator<[key: Uint8Array, count: number]> {
    const slots = this.#slots;
    for (let slot = 0; slot < slots.length; slot += slotSize) {
      const count = slots[slot] as number;
      if (count === 0) continue;
      yield [this.#keys.subarray(slots[slot + startAt], slots[slot + endAt]), count];
    }
  }

  /** Forgets all keys, and keeps its memory. */
  clear(): void {
    this.#slots.fill(0);
    this.#keysEnd = 0;
    this.#size = 0;
  }

  /** The upper bits, which a multiplicative hash mixes best, help to choose. */
  #firstSlot(hash: number): number {
    return Math.imul(hash ^ (hash >>> 15), slotSize) & (this.#slots.length - 1);
  }

  #nextSlot(slot: number): number {
    return (slot + slotSize) & (this.#slots.length - 1);
  }

  #isKeyOf(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#slots[slot + startAt] as number;
    if ((this.#slots[slot + endAt] as number) - from !== end - start) return false;
    const keys = this.#keys;
    for (let i = from, j = start; j < end; i++, j++) {
      if (keys[i] !== bytes[j]) return false;
    }
    return true;
  }

  #fill(slot: number, bytes: Uint8Array, start: number, end: number, hash: number): void {
    const from = this.#keysEnd;
    this.#keysEnd += end - start;
    if (this.#keysEnd > this.#keys.length) this.#growKeys();
    for (let i = from, j = start; j < end; i++, j++) this.#keys[i] = bytes[j] as number;
    const slots = this.#slots;
    slots[slot] = 1;
    slots[slot + hashAt] = hash;
    slots[slot + startAt] = from;
    slots[slot + endAt] = this.#keysEnd;
    this.#size++;
    if (2 * slotSize * this.#size > slots.length) this.#growSlots();
  }

  #growKeys(): void {
    const keys = new Uint8Array(2 * this.#keysEnd);
    keys.set(this.#keys);
    this.#keys = keys;
  }

  #growSlots(): void {
    const old = this.#slots;
    const slots = new Int32Array(2 * old.length);
    this.#slots = slots;
    for (let from = 0; from < old.length; from += slotSize) {
      if (old[from] === 0) continue;
      let slot = this.#firstSlot(old[from + hashAt] as number);
      while (slots[slot] !== 0) slot = this.#nextSlot(slot);
      slots.set(old.subarray(from, from + slotSize), slot);
    }
  }
}
