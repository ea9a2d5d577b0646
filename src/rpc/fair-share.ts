/**
 * One thread, many connections: what one of them may take before the others have their turn.
 * A slice is a tenth of a millisecond; then the event loop looks at the other sockets. A
 * connection that always has more to read than a slice or a read can hold, or one frame that
 * costs milliseconds, counts as greedy, and rests four times as long as it has worked, as long
 * as there are others that are not. Alone, or among its like, it never rests. What the system
 * takes for reading and writing happens outside all slices, and is reckoned by the byte.
 *
 * Ours, not Go's, which has a goroutine a connection and a scheduler beneath them.
 */
import type { Frame } from './codec.ts';

const sliceMs = 0.1;
/** What Node reads from a socket at once: a read of so much has left something behind. */
const fullReadBytes = 64 * 1024;
/** A byte costs about a nanosecond between the socket and us. (Measured.) */
const msPerByte = 1e-6;
/** Slices in a row that were too short for what was there to read. */
const greedySlices = 8;
const greedyMs = 2;
const restPerWork = 4;
/** How long before a slice a modest connection may have worked to count as being there. */
const rememberedMs = 20;

/** What all connections of a server know of each other. */
export class FairShare {
  #connections = 0;
  /** The modest connection that worked last, and the last one before it that was another. */
  #last: Modest = { share: undefined, atMs: Number.NEGATIVE_INFINITY };
  #previous = this.#last;

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

  noteModest(share: Share, atMs: number): void {
    if (this.#last.share !== share) this.#previous = this.#last;
    this.#last = { share, atMs };
  }

  /** Whether one other than `share` has worked shortly before. */
  hadModestBeside(share: Share, atMs: number): boolean {
    const other = this.#last.share === share ? this.#previous : this.#last;
    return atMs - other.atMs < rememberedMs;
  }
}

interface Modest {
  readonly share: Share | undefined;
  readonly atMs: number;
}

/** One connection's part. */
export class Share {
  readonly #all: FairShare;
  #beganAtMs = 0;
  #isMeasured = false;
  #cutSlices = 0;
  /** Undefined: nothing was read for this slice, it goes on with what the codec has. */
  #readBytes: number | undefined;
  /** Read and written since the last slice ended. */
  #movedBytes = 0;
  /** True: `resume` of the last `endSlice` is still to come. */
  isResting = false;

  constructor(all: FairShare) {
    this.#all = all;
  }

  /** A chunk has come; unless this connection rests, its slice begins. */
  beginRead(bytes: number): void {
    this.#movedBytes += bytes;
    this.#readBytes = bytes;
    if (!this.isResting) this.beginSlice();
  }

  noteWrite(frame: Frame): void {
    if (typeof frame === 'string' || frame instanceof Uint8Array)
      this.#movedBytes += frame.length;
    else for (const piece of frame) this.#movedBytes += piece.length;
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
    const hasRead = this.#readBytes !== undefined;
    const workedMs = this.#takeCost(hasMore);
    // What is left over from an earlier read says nothing about how much is still to come.
    const isLeftover = !hasRead && !hasMore && workedMs <= greedyMs;
    if (!this.#isMeasured || isLeftover) return false;
    const nowMs = performance.now();
    const isGreedy = this.#cutSlices >= greedySlices || workedMs > greedyMs;
    if (!isGreedy) this.#all.noteModest(this, nowMs);
    const mustRest = isGreedy && this.#all.hadModestBeside(this, this.#beganAtMs);
    if (!hasMore && !mustRest) return false;
    this.isResting = true;
    const untilMs = mustRest ? nowMs + restPerWork * workedMs : nowMs;
    this.#rest(untilMs, resume);
    return true;
  }

  /** In milliseconds; counts on the way whether the slice, or the read, was too short. */
  #takeCost(hasMore: boolean): number {
    const isFull = (this.#readBytes ?? 0) >= fullReadBytes;
    if (hasMore || isFull) this.#cutSlices++;
    else if (this.#readBytes !== undefined) this.#cutSlices = 0;
    const movedMs = this.#movedBytes * msPerByte;
    this.#readBytes = undefined;
    this.#movedBytes = 0;
    const inSliceMs = this.#isMeasured ? performance.now() - this.#beganAtMs : 0;
    return inSliceMs + movedMs;
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
