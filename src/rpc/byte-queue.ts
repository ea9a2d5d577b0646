/**
 * Bytes that have arrived and were not read yet, in one piece. A chunk that holds all of it is
 * not copied; what must be joined is, into a buffer that doubles, so that a frame of n bytes
 * costs O(n) however it was cut.
 */
export class ByteQueue {
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** True: the buffer was made here, and what lies behind its end is free. */
  #isOurs = false;

  /** Bytes that wait. */
  get length(): number {
    return this.#end - this.#start;
  }

  push(chunk: Buffer): void {
    const { length } = this;
    if (length === 0) {
      this.#buffer = chunk;
      this.#isOurs = false;
      this.#start = 0;
      this.#end = chunk.length;
      return;
    }
    const needed = length + chunk.length;
    if (this.#end + chunk.length > this.#buffer.length || !this.#isOurs) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * length));
      this.#buffer.copy(larger, 0, this.#start, this.#end);
      this.#buffer = larger;
      this.#isOurs = true;
      this.#start = 0;
      this.#end = length;
    }
    chunk.copy(this.#buffer, this.#end);
    this.#end += chunk.length;
  }

  /** All that waits, without taking it. Valid until the next `push`. */
  peek(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Takes the first `length` bytes; what was taken stays as it is. */
  take(length: number): Buffer {
    const taken = this.#buffer.subarray(this.#start, this.#start + length);
    this.#start += length;
    if (this.#start >= this.#end) this.clear();
    return taken;
  }

  clear(): void {
    this.#buffer = Buffer.alloc(0);
    this.#start = 0;
    this.#end = 0;
    this.#isOurs = false;
  }
}
