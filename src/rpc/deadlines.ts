/**
 * What a peer may take its time for: its first byte, the rest of a frame, reading what waits
 * for it, and saying anything at all. Knows timers and nothing else.
 */
import type { Limits } from './limits.ts';

/** Called when the peer has taken too long; `limit` names what for. */
export type Expired = (
  limit: 'firstByteMs' | 'idleMs' | 'partialFrameMs' | 'unreadMs',
) => void;

export class Deadlines {
  readonly #limits: Limits;
  readonly #expired: Expired;
  #idle: NodeJS.Timeout;
  #partialFrame: NodeJS.Timeout | undefined;
  #unread: NodeJS.Timeout | undefined;

  constructor(limits: Limits, expired: Expired) {
    this.#limits = limits;
    this.#expired = expired;
    const isSooner = limits.firstByteMs < limits.idleMs;
    this.#idle = this.#start(isSooner ? 'firstByteMs' : 'idleMs');
  }

  gotFirstByte(): void {
    clearTimeout(this.#idle);
    this.#idle = this.#start('idleMs');
  }

  /** The connection is alive: the idle time begins anew. */
  touch(): void {
    this.#idle.refresh();
  }

  /** Counts from the first call: a further byte of the same frame does not begin anew. */
  expectRestOfFrame(): void {
    this.#partialFrame ??= this.#start('partialFrameMs');
  }

  gotFrame(): void {
    if (this.#partialFrame === undefined) return;
    clearTimeout(this.#partialFrame);
    this.#partialFrame = undefined;
  }

  expectRead(): void {
    this.#unread ??= this.#start('unreadMs');
  }

  gotRead(): void {
    clearTimeout(this.#unread);
    this.#unread = undefined;
  }

  clear(): void {
    clearTimeout(this.#idle);
    this.gotFrame();
    this.gotRead();
  }

  #start(limit: Parameters<Expired>[0]): NodeJS.Timeout {
    return setTimeout(() => this.#expired(limit), this.#limits[limit]).unref();
  }
}
