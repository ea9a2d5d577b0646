/**
 * Memory that two threads see: a ring of bytes with one writer and one reader. Each of them
 * owns one counter, tells the other when it has moved, and sleeps when there is nothing to do.
 * Nothing is locked. Knows nothing of what the bytes mean.
 */

/** Where the counters are: bytes written and bytes read so far, both modulo 2^32. */
const writtenAt = 0;
const readAt = 1;
const headerBytes = 8;

export class RingBuffer {
  readonly #counters: Int32Array;
  readonly #bytes: Uint8Array;

  /** Both threads make one each, over the same memory. */
  constructor(memory: SharedArrayBuffer) {
    this.#counters = new Int32Array(memory, 0, headerBytes / 4);
    this.#bytes = new Uint8Array(memory, headerBytes);
  }

  /** Memory for a ring; the capacity in bytes must be a power of two. */
  static allocate(capacity: number): SharedArrayBuffer {
    return new SharedArrayBuffer(headerBytes + capacity);
  }

  /** Bytes that wait for the reader. */
  get length(): number {
    const written = Atomics.load(this.#counters, writtenAt);
    return (written - Atomics.load(this.#counters, readAt)) >>> 0;
  }

  /** Copies as much as there is room for; returns how much. Then `wake` a reader that sleeps. */
  write(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.#bytes.length - this.length);
    const at = this.#place(writtenAt);
    const first = Math.min(count, this.#bytes.length - at);
    this.#bytes.set(bytes.subarray(0, first), at);
    this.#bytes.set(bytes.subarray(first, count), 0);
    Atomics.add(this.#counters, writtenAt, count);
    return count;
  }

  /** Once for many writes: it costs more than one of them. */
  wake(): void {
    Atomics.notify(this.#counters, writtenAt);
  }

  /** Fills `into` as far as bytes are there; returns how far that was. */
  read(into: Uint8Array): number {
    const count = Math.min(into.length, this.length);
    const at = this.#place(readAt);
    const first = Math.min(count, this.#bytes.length - at);
    into.set(this.#bytes.subarray(at, at + first));
    into.set(this.#bytes.subarray(0, count - first), first);
    Atomics.add(this.#counters, readAt, count);
    Atomics.notify(this.#counters, readAt);
    return count;
  }

  /** Blocks this thread until there are bytes to read. */
  waitForBytes(): void {
    const written = Atomics.load(this.#counters, writtenAt);
    // Should the writer move on in between, the counter differs and nothing waits.
    if (this.length === 0) Atomics.wait(this.#counters, writtenAt, written);
  }

  /** Blocks this thread until the reader has made room. */
  waitForRoom(): void {
    const read = Atomics.load(this.#counters, readAt);
    if (this.length === this.#bytes.length) Atomics.wait(this.#counters, readAt, read);
  }

  /** The same for a thread with an event loop; undefined: there are bytes already. */
  bytesCome(): Promise<unknown> | undefined {
    const written = Atomics.load(this.#counters, writtenAt);
    if (this.length > 0) return undefined;
    return this.#change(writtenAt, written);
  }

  /** Undefined: there is room already. */
  roomComes(): Promise<unknown> | undefined {
    const read = Atomics.load(this.#counters, readAt);
    if (this.length < this.#bytes.length) return undefined;
    return this.#change(readAt, read);
  }

  #change(counter: number, seen: number): Promise<unknown> | undefined {
    const waiting = Atomics.waitAsync(this.#counters, counter, seen);
    return waiting.async ? waiting.value : undefined;
  }

  /** A counter as a place in the ring. */
  #place(counter: number): number {
    return (Atomics.load(this.#counters, counter) >>> 0) & (this.#bytes.length - 1);
  }
}
