/**
 * The clocks of a simulated machine: a wall clock that anybody may step and a monotonic one
 * that knows no date. Both run at the machine's own pace, which is not quite the true one.
 */
import type { VirtualTime } from './virtual-time.ts';

/** A machine's two clocks. They agree on nothing but the pace of a second. */
export class MachineClocks {
  readonly #time: VirtualTime;
  /** Wall clock minus monotonic clock; somebody may step it at any moment. */
  #wallAheadMs: number;
  readonly #bootedMs: number;
  /** Milliseconds by these clocks in one true millisecond. */
  readonly #pace: number;

  /**
   * At the world's beginning they read `wallMs` and `bootedMs`; of a million true seconds they
   * count `driftPpm` too many.
   */
  constructor(time: VirtualTime, wallMs: number, bootedMs: number, driftPpm = 0) {
    this.#time = time;
    this.#wallAheadMs = wallMs - bootedMs;
    this.#bootedMs = bootedMs;
    this.#pace = 1 + driftPpm / 1e6;
  }

  /** Milliseconds since the epoch, as this machine believes. May jump. */
  wallMs(): number {
    return this.#passedMs() + this.#bootedMs + this.#wallAheadMs;
  }

  /** Milliseconds since an arbitrary moment. Never jumps. */
  monotonicMs(): number {
    return this.#passedMs() + this.#bootedMs;
  }

  /** What an administrator or a daemon does to a wall clock. */
  stepWall(byMs: number): void {
    this.#wallAheadMs += byMs;
  }

  /** How long a wait of `ownMs` by these clocks truly lasts. */
  toTrueMs(ownMs: number): number {
    return ownMs / this.#pace;
  }

  #passedMs(): number {
    return this.#time.nowMs * this.#pace;
  }
}
