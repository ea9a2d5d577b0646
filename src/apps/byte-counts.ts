/**
 * Counts how often runs of bytes occur: an open-addressing table. A run's last eight bytes are
 * kept as two numbers beside its count, so that to find a short one again nothing else has to be
 * read; nothing is allocated for a run that is known already.
 *
 * Source: Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm L.
 */

/** A slot is four numbers beside each other: how often (0: free), length, and the last bytes. */
const slotSize = 4;
const lengthAt = 1;
const highAt = 2;
const lowAt = 3;
/** So many bytes fit into two numbers of 32 bits. */
const tailLength = 8;

export class ByteCounts {
  /** A power of two of slots, at most three quarters of them taken. */
  #slots = new Int32Array(slotSize << 16);
  /** Of each slot: where its key begins. The keys lie one after the other. */
  #starts = new Int32Array(1 << 16);
  #keys = Buffer.allocUnsafeSlow(1 << 18);
  #keysEnd = 0;
  #size = 0;

  /**
   * Counts bytes `start` to `end` - 1, of which `high` and `low` are the last eight, each byte
   * shifted in from the right: `high = (high << 8) | (low >>> 24); low = (low << 8) | byte`.
   */
  add(bytes: Uint8Array, start: number, end: number, high: number, low: number): void {
    const slots = this.#slots;
    const length = end - start;
    for (let slot = this.#firstSlot(high, low, length); ; slot = this.#nextSlot(slot)) {
      if (
        slots[slot + lowAt] === low &&
        slots[slot + highAt] === high &&
        slots[slot + lengthAt] === length &&
        (length <= tailLength || this.#beginsAs(slot, bytes, start, end - tailLength))
      ) {
        slots[slot]!++;
        return;
      }
      if (slots[slot] === 0) {
        this.#fill(slot, bytes, start, end, high, low);
        return;
      }
    }
  }

  /** Every key with its count. */
  *entries(): Generator<[key: string, count: number]> {
    const slots = this.#slots;
    for (let slot = 0; slot < slots.length; slot += slotSize) {
      const count = slots[slot]!;
      if (count === 0) continue;
      const start = this.#starts[slot / slotSize]!;
      yield [this.#keys.toString('utf8', start, start + slots[slot + lengthAt]!), count];
    }
  }

  /** Forgets all keys, and keeps its memory. */
  clear(): void {
    this.#slots.fill(0);
    this.#keysEnd = 0;
    this.#size = 0;
  }

  /** The upper bits, which a multiplicative hash mixes best, choose. */
  #firstSlot(high: number, low: number, length: number): number {
    const hash = Math.imul(low ^ Math.imul(high ^ length, 0x85ebca6b), 0x9e3779b1);
    return ((hash ^ (hash >>> 15)) * slotSize) & (this.#slots.length - 1);
  }

  #nextSlot(slot: number): number {
    return (slot + slotSize) & (this.#slots.length - 1);
  }

  /** Of a key whose last eight bytes are the same. */
  #beginsAs(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    const keys = this.#keys;
    for (let i = this.#starts[slot / slotSize]!, j = start; j < end; i++, j++) {
      if (keys[i] !== bytes[j]) return false;
    }
    return true;
  }

  #fill(
    slot: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    high: number,
    low: number,
  ): void {
    const from = this.#keysEnd;
    this.#keysEnd += end - start;
    if (this.#keysEnd > this.#keys.length) this.#growKeys();
    for (let i = from, j = start; j < end; i++, j++) this.#keys[i] = bytes[j]!;
    const slots = this.#slots;
    slots[slot] = 1;
    slots[slot + lengthAt] = end - start;
    slots[slot + highAt] = high;
    slots[slot + lowAt] = low;
    this.#starts[slot / slotSize] = from;
    this.#size++;
    if (4 * slotSize * this.#size > 3 * slots.length) this.#growSlots();
  }

  #growKeys(): void {
    const keys = Buffer.allocUnsafeSlow(2 * this.#keysEnd);
    keys.set(this.#keys);
    this.#keys = keys;
  }

  #growSlots(): void {
    const [slots, starts] = [this.#slots, this.#starts];
    this.#slots = new Int32Array(2 * slots.length);
    this.#starts = new Int32Array(2 * starts.length);
    for (let from = 0; from < slots.length; from += slotSize) {
      if (slots[from] === 0) continue;
      const [, length, high, low] = slots.subarray(from, from + slotSize);
      let slot = this.#firstSlot(high!, low!, length!);
      while (this.#slots[slot] !== 0) slot = this.#nextSlot(slot);
      this.#slots.set(slots.subarray(from, from + slotSize), slot);
      this.#starts[slot / slotSize] = starts[from / slotSize]!;
    }
  }
}
