/**
 * Counts how often runs of bytes occur: an open-addressing table whose keys lie one after the
 * other in one array. Nothing is allocated for a run of bytes that is known already.
 *
 * Source: Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm L.
 */
export class ByteCounts {
  /** Slot -> 1 + number of the key; 0: free. A power of two, at least twice the keys. */
  #slots = new Int32Array(1 << 16);
  /** By number of the key: its hash, its count, and where it ends in `#keys`. */
  #hashes = new Int32Array(1 << 15);
  #counts = new Float64Array(1 << 15);
  #ends = new Int32Array(1 << 15);
  #keys = new Uint8Array(1 << 18);
  #size = 0;

  /** Counts bytes `start` to `end` - 1. The same bytes must always come with the same hash. */
  add(bytes: Uint8Array, start: number, end: number, hash: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = spread(hash) & mask;
    for (;;) {
      const known = slots[slot] as number;
      if (known === 0) break;
      if (this.#hashes[known - 1] === hash && this.#isKey(known - 1, bytes, start, end)) {
        this.#counts[known - 1]!++;
        return;
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = this.#addKey(bytes, start, end, hash);
    if (2 * this.#size >= slots.length) this.#grow();
  }

  /** Every key with its count, first seen first. The bytes are valid until `clear`. */
  *entries(): Generator<[key: Uint8Array, count: number]> {
    for (let i = 0; i < this.#size; i++) {
      const key = this.#keys.subarray(this.#startOf(i), this.#ends[i]);
      yield [key, this.#counts[i] as number];
    }
  }

  /** Forgets all keys, and keeps its memory. */
  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  #startOf(key: number): number {
    return key === 0 ? 0 : (this.#ends[key - 1] as number);
  }

  #isKey(key: number, bytes: Uint8Array, start: number, end: number): boolean {
    const keys = this.#keys;
    const from = this.#startOf(key);
    if ((this.#ends[key] as number) - from !== end - start) return false;
    for (let i = from, j = start; j < end; i++, j++) {
      if (keys[i] !== bytes[j]) return false;
    }
    return true;
  }

  /** Returns what its slot must hold. */
  #addKey(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const key = this.#size++;
    const at = this.#startOf(key);
    const keysEnd = at + end - start;
    if (keysEnd > this.#keys.length) this.#keys = enlarge(this.#keys, keysEnd);
    this.#keys.set(bytes.subarray(start, end), at);
    this.#ends[key] = keysEnd;
    this.#hashes[key] = hash;
    this.#counts[key] = 1;
    return key + 1;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    this.#slots = slots;
    this.#hashes = enlarge(this.#hashes);
    this.#counts = enlarge(this.#counts);
    this.#ends = enlarge(this.#ends);
    const mask = slots.length - 1;
    for (let key = 0; key < this.#size; key++) {
      let slot = spread(this.#hashes[key] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = key + 1;
    }
  }
}

/** Brings the upper bits, which a multiplicative hash mixes best, down to the lower ones. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

function enlarge<A extends Uint8Array | Int32Array | Float64Array>(
  array: A,
  atLeast = 0,
): A {
  const length = Math.max(atLeast, 2 * array.length);
  const larger = new (array.constructor as new (length: number) => A)(length);
  larger.set(array);
  return larger;
}
