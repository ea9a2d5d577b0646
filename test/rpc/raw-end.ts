/**
 * The other end of a connection, by hand: say bytes, look at what was answered. Nothing here
 * takes time, so what has not happened when `settled` resolves will not happen by itself.
 */
import type { Frame } from '../../src/rpc/codec.ts';
import type { Receiver, Transport } from '../../src/rpc/index.ts';

export class RawEnd implements Transport {
  readonly #sent: Buffer[] = [];
  #receiver: Receiver | undefined;
  #isFinished = false;
  #isClosed = false;
  /** True: the program at the other end has hung up. */
  isHungUp = false;

  /** All that the program has sent. */
  get sent(): Buffer {
    return Buffer.concat(this.#sent);
  }

  say(bytes: Buffer | string): void {
    if (!this.isHungUp) this.#receiver?.bytes(Buffer.from(bytes));
  }

  /** We have nothing more to say. */
  finish(): void {
    this.#isFinished = true;
    this.#receiver?.ended();
  }

  /** Resolves when everything has run that can run. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  send(frame: Frame): boolean {
    if (typeof frame === 'string' || frame instanceof Uint8Array) {
      this.#sent.push(Buffer.from(frame));
    } else for (const piece of frame) this.send(piece);
    return true;
  }

  pause(): void {}

  resume(): void {}

  end(): void {
    this.isHungUp = true;
    if (this.#isFinished) this.abort();
  }

  abort(error?: Error): void {
    this.isHungUp = true;
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#receiver?.closed(error);
  }
}
