/**
 * A queue before a channel, so that a slow other end makes callers wait here instead of filling
 * its memory: at most so many calls are under way, the others wait in order.
 */
import type { Channel } from '../channels/channel.ts';

export class SendingQueue {
  readonly #channel: Channel;
  readonly #maxUnderWay: number;
  #underWay = 0;
  /** Starts each call that waits. */
  readonly #waiting: (() => void)[] = [];

  constructor(channel: Channel, maxUnderWay: number) {
    this.#channel = channel;
    this.#maxUnderWay = maxUnderWay;
  }

  /** `sent` is told when the call leaves the queue. Resolves with the answer. */
  async call(message: unknown, sent: () => void = () => {}): Promise<unknown> {
    if (this.#underWay >= this.#maxUnderWay)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#underWay++;
    sent();
    try {
      return await this.#channel.call(message);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#underWay--;
    }
  }
}
