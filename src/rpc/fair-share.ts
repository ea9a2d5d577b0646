/**
 * One thread, many connections: what one of them may take before the others have their turn.
 * A slice is a tenth of a millisecond; then the event loop looks at the other sockets. A
 * connection that always has more to read than a slice can hold, or one frame that costs
 * milliseconds, counts as greedy, and rests four times as long as it has worked, as long as there
 * are others that are not. Alone, or among its like, it never rests.
 *
 * Ours, not Go's, which has a goroutine a connection and a scheduler beneath them.
 */

const sliceMs = 0.1;
/** Slices in a row that were too short for what was there to read. */
const greedySlices = 8;
const greedyMs = 2;
const restPerWork = 4;
/** How long before a slice a modest connection may have worked to count as being there. */
const rememberedMs = 20;

/** What all connections of a server know of each other. */
export class FairShare {
  #connections = 0;
  #modestAtMs = Number.NEGATIVE_INFINITY;

  join(): Share {
    this.#connections++;
    return new Share(this);
  }

  leave(): void {
    this.#connections--;
  }

  get isAlone(): boolean {
    return this.#connections < 2;
  }

  noteModest(nowMs: number): void {
    this.#modestAtMs = nowMs;
  }

  wasModestAround(atMs: number): boolean {
    return atMs - this.#modestAtMs < rememberedMs;
  }
}

/** One connection's part. */
export class Share {
  readonly #all: FairShare;
  #beganAtMs = 0;
  #isMeasured = false;
  #cutSlices = 0;
  /** True: `resume` of the last `yieldTo` is still to come. */
  isResting = false;

  constructor(all: FairShare) {
    this.#all = all;
  }

  beginSlice(): void {
    this.#isMeasured = !this.#all.isAlone;
    if (this.#isMeasured) this.#beganAtMs = performance.now();
  }

  /** True: let the others have their turn before the next request. */
  get isSpent(): boolean {
    return this.#isMeasured && performance.now() - this.#beganAtMs > sliceMs;
  }

  /**
   * Ends the slice. `hasMore`: it was cut, and there is more to read. True: the connection must
   * stop reading until `resume` is called.
   */
  endSlice(hasMore: boolean, resume: () => void): boolean {
    if (!this.#isMeasured) return false;
    const nowMs = performance.now();
    const workedMs = nowMs - this.#beganAtMs;
    this.#cutSlices = hasMore ? this.#cutSlices + 1 : 0;
    const isGreedy = this.#cutSlices >= greedySlices || workedMs > greedyMs;
    if (!isGreedy) this.#all.noteModest(nowMs);
    const mustRest = isGreedy && this.#all.wasModestAround(this.#beganAtMs);
    if (!hasMore && !mustRest) return false;
    this.isResting = true;
    const untilMs = mustRest ? nowMs + restPerWork * workedMs : nowMs;
    this.#rest(untilMs, resume);
    return true;
  }

  /** Timers cannot wait for less than a millisecond; the event loop's next turn can. */
  #rest(untilMs: number, resume: () => void): void {
    const leftMs = untilMs - performance.now();
    const wake = () => {
      if (performance.now() < untilMs) return this.#rest(untilMs, resume);
      this.isResting = false;
      resume();
    };
    if (leftMs >= 1) setTimeout(wake, leftMs).unref();
    else setImmediate(wake);
  }
}
