/**
 * A link carries whole messages between two ends, in order, until one of them ends. Over it a
 * channel is little: each call has a number, and its answer carries the same. Threads,
 * child processes and shared memory are links; the RPC layer does all this by itself.
 */
import {
  ConnectionLostError,
  describeError,
  type RpcError,
  ServerError,
  ShutdownError,
} from '../../rpc/index.ts';
import type { Answer, Channel, Message } from './channel.ts';

/** Three verbs, and nothing about calls. */
export interface Link {
  /** Queues one message; after the end it does nothing. */
  post(message: unknown): void;
  /** Called once, before the first message can arrive; `ended` when no more will, and why. */
  receive(arrived: (message: unknown) => void, ended: (cause?: Error) => void): void;
  /** Ends the other end: asked to leave after what was posted, or killed. */
  end(how: 'in order' | 'at once'): void;
}

/** There: a number and a message; the number 0 wants no answer. */
type Call = readonly [id: number, message: Message];
/** Back: the same number, and an answer or the text of an error. */
type Reply = readonly [id: number, answer: unknown, error?: string];

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: RpcError): void;
}

/** The end that calls. */
export class LinkChannel implements Channel {
  readonly closed: Promise<void>;
  readonly #link: Link;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #isOpen = true;

  constructor(link: Link) {
    this.#link = link;
    this.closed = new Promise((resolve) => {
      const ended = (cause?: Error) => {
        const why = cause ? `: ${cause.message}` : '';
        this.#settleAll(
          () => new ConnectionLostError(`the other end has ended${why}`, { cause }),
        );
        resolve();
      };
      link.receive((reply) => this.#settle(reply as Reply), ended);
    });
  }

  call(message: Message): Promise<unknown> {
    if (!this.#isOpen) return Promise.reject(new ShutdownError(false));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#link.post([id, message] satisfies Call);
    });
  }

  send(message: Message): void {
    if (this.#isOpen) this.#link.post([0, message] satisfies Call);
  }

  close(): Promise<void> {
    this.#settleAll(() => new ShutdownError(true));
    this.#link.end('in order');
    return this.closed;
  }

  kill(): void {
    this.#link.end('at once');
  }

  #settle([id, answer, error]: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (typeof error === 'string') waiting?.reject(new ServerError(error));
    else waiting?.resolve(answer);
  }

  #settleAll(createError: () => RpcError): void {
    this.#isOpen = false;
    for (const { reject } of this.#waiting.values()) reject(createError());
    this.#waiting.clear();
  }
}

/** The end that answers; resolves when the link has ended. */
export function serveLink(link: Link, answer: Answer): Promise<void> {
  const reply = async (id: number, pending: unknown) => {
    try {
      link.post([id, await pending] satisfies Reply);
    } catch (error) {
      link.post([id, null, describeError(error)] satisfies Reply);
    }
  };
  const run = ([id, message]: Call) => {
    try {
      const answered = answer(message);
      if (id === 0) void Promise.resolve(answered).catch(() => {});
      else if (answered instanceof Promise) void reply(id, answered);
      else link.post([id, answered ?? null] satisfies Reply);
    } catch (error) {
      if (id !== 0) link.post([id, null, describeError(error)] satisfies Reply);
    }
  };
  return new Promise((resolve) => {
    link.receive(
      (call) => run(call as Call),
      () => resolve(),
    );
  });
}
