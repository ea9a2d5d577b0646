/**
 * The server half of Cristian's algorithm, and the clock that its clients set: what the
 * exercise `cristian` is given. The client half is the exercise.
 *
 * Source: slides, "Exercise: Cristian's algorithm"; F. Cristian, "Probabilistic clock
 * synchronization", 1989.
 */
import { Server } from '../rpc/index.ts';

/** Milliseconds since the epoch by the server's clock; fractions count. */
export interface TimeReply {
  /** When the request arrived. */
  T2: number;
  /** When the reply left. */
  T3: number;
}

export class CristianServer {
  readonly #server = new Server();
  readonly #now: () => number;
  readonly #think: () => Promise<void>;

  /** `now` is the server's clock; `think` is what it does between T2 and T3. */
  constructor(now: () => number = Date.now, think: () => Promise<void> = async () => {}) {
    this.#now = now;
    this.#think = think;
    this.#server.register(this);
  }

  // #region get-time
  async GetTime(): Promise<TimeReply> {
    const T2 = this.#now();
    await this.#think();
    return { T2, T3: this.#now() };
  }
  // #endregion

  /** Resolves with the bound address. Rejects with a NetworkError. */
  listen(serverAddr: string): Promise<string> {
    return this.#server.listen(serverAddr);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

/** The part of an operating system's clock that a synchroniser may touch. */
export interface LocalClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Sets the clock forward or back at once, like settimeofday(2). */
  step(byMs: number): void;
  /** Lets it run a little faster or slower until it has caught up, like adjtime(2). */
  slew(byMs: number): void;
}

/** A clock of this process alone, so that an exercise needs no rights over the machine's. */
export class SteeredClock implements LocalClock {
  /** The pace changes by a tenth at most; adjtime(2) is far gentler. */
  static readonly slewRate = 0.1;
  #readingMs: number;
  #atMs = performance.now();
  /** Milliseconds still to be gained (positive) or lost (negative) by slewing. */
  #pendingMs = 0;

  constructor(startMs: number = Date.now()) {
    this.#readingMs = startMs;
  }

  now(): number {
    const nowMs = performance.now();
    const passedMs = nowMs - this.#atMs;
    const limitMs = passedMs * SteeredClock.slewRate;
    const slewedMs = Math.max(-limitMs, Math.min(limitMs, this.#pendingMs));
    this.#pendingMs -= slewedMs;
    this.#readingMs += passedMs + slewedMs;
    this.#atMs = nowMs;
    return this.#readingMs;
  }

  step(byMs: number): void {
    this.#readingMs = this.now() + byMs;
  }

  slew(byMs: number): void {
    this.now();
    this.#pendingMs += byMs;
  }
}
