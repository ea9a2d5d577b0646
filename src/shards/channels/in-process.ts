/**
 * No channel at all: the other end is a function here, and a call is a call. Messages are the
 * caller's own objects, not copies: what all the others have to pay, this one shows by not
 * paying it.
 */
import {
  ConnectionLostError,
  describeError,
  type RpcError,
  ServerError,
  ShutdownError,
} from '../../rpc/index.ts';
import type { Answer, Channel, Message } from './channel.ts';

export class InProcessChannel implements Channel {
  readonly closed: Promise<void>;
  readonly #answer: Answer;
  /** Of the answers that are still promises. */
  readonly #waiting = new Set<(error: RpcError) => void>();
  #resolveClosed = () => {};
  #isOpen = true;

  constructor(answer: Answer) {
    this.#answer = answer;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  async call(message: Message): Promise<unknown> {
    if (!this.#isOpen) throw new ShutdownError(false);
    try {
      const answer = this.#answer(message);
      return answer instanceof Promise ? await this.#await(answer) : answer;
    } catch (error) {
      if (error instanceof ConnectionLostError || error instanceof ShutdownError)
        throw error;
      throw new ServerError(describeError(error));
    }
  }

  send(message: Message): void {
    if (this.#isOpen) void this.call(message).catch(() => {});
  }

  close(): Promise<void> {
    this.#end(() => new ShutdownError(true));
    return this.closed;
  }

  /** There is nothing to kill: what waits is told that it was. */
  kill(): void {
    this.#end(() => new ConnectionLostError('the other end has ended'));
  }

  #await(answer: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      answer.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  #end(createError: () => RpcError): void {
    this.#isOpen = false;
    for (const reject of this.#waiting) reject(createError());
    this.#waiting.clear();
    this.#resolveClosed();
  }
}
