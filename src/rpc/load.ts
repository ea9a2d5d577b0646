/**
 * What all connections of a server cost together, and who waits until it is less.
 */
import type { Limits } from './limits.ts';

export class Load {
  /** Connections that are open. */
  connections = 0;
  readonly #limits: Limits;
  #inFlight = 0;
  readonly #waiting = new Set<() => void>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    return this.#inFlight >= this.#limits.maxTotalInFlight;
  }

  begin(): void {
    this.#inFlight++;
  }

  end(): void {
    this.#inFlight--;
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
  }

  /** Calls `resume` once, when there is room again. The same function waits only once. */
  waitForRoom(resume: () => void): void {
    this.#waiting.add(resume);
  }
}
