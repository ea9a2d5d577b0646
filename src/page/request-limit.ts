/**
 * At most so many requests in a stretch of time, whoever sends them.
 */
export class RequestLimit {
  readonly #most: number;
  readonly #stretchMs: number;
  #startMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(most: number, stretchMs: number) {
    this.#most = most;
    this.#stretchMs = stretchMs;
  }

  /** Counts one at `nowMs`; false: it is one too many. */
  admit(nowMs: number): boolean {
    if (nowMs - this.#startMs >= this.#stretchMs) {
      this.#startMs = nowMs;
      this.#count = 0;
    }
    return ++this.#count <= this.#most;
  }
}
