/**
 * Leaves the timer of every call: the process lives on for a minute.
 *
 * Fails: timers
 * Looks like: not cleared
 */
import type { Connection } from '../../../src/lecture/async-rpc.ts';
import {
  AbandonedError,
  Channel,
  ConnectionLostError,
  NotSentError,
  type RpcError,
  ServerError,
} from '../../../src/rpc/index.ts';

/** How a call has ended. */
export interface Result {
  reply?: unknown;
  error?: RpcError;
}

/** A call under way; it gets its reply or its error when it has ended. */
export interface Call extends Result {
  /** Resolves with this same Call when it has ended. Never rejects. */
  readonly done: Promise<Call>;
}

export class AsyncClient {
  readonly connection: Connection;
  readonly timeoutMs: number;
  /** What to do with the result of each call under way, by its sequence number. */
  readonly #pending = new Map<number, (result: Result) => void>();
  #nextSeq = 0;

  constructor(connection: Connection, timeoutMs: number) {
    this.connection = connection;
    this.timeoutMs = timeoutMs;
    connection.onResponse(({ seq, reply, error }) => {
      this.#settle(
        seq,
        error === undefined ? { reply } : { error: new ServerError(error) },
      );
    });
    connection.onLost(() => {
      const error = new ConnectionLostError('the connection was lost before the reply');
      for (const seq of this.#pending.keys()) this.#settle(seq, { error });
    });
  }

  /** 1. Returns at once; `handleResponse` is called once, later, with the result. */
  sendRPC(
    serviceMethod: string,
    args: unknown,
    handleResponse: (result: Result) => void,
  ): void {
    const seq = this.#nextSeq++;
    setTimeout(() => {
      const error = new AbandonedError(`no reply after ${this.timeoutMs} ms`, true);
      this.#settle(seq, { error });
    }, this.timeoutMs);
    this.#pending.set(seq, (result) => {
      handleResponse(result);
    });
    try {
      this.connection.send({ seq, serviceMethod, args });
    } catch (cause) {
      const error = new NotSentError(String(cause));
      queueMicrotask(() => this.#settle(seq, { error }));
    }
  }

  /** 2. Returns at once; the one result comes out of the channel. */
  makeRequest(serviceMethod: string, args: unknown): Channel<Result> {
    const channel = new Channel<Result>(1);
    this.sendRPC(serviceMethod, args, (result) => channel.trySend(result));
    return channel;
  }

  /** 3. Returns at once; `done` says when the call has ended. */
  go(serviceMethod: string, args: unknown): Call {
    const call: Call = {
      done: new Promise((resolve) => {
        this.sendRPC(serviceMethod, args, (result) =>
          resolve(Object.assign(call, result)),
        );
      }),
    };
    return call;
  }

  /** Only the first result of a call counts: a late reply finds nobody. */
  #settle(seq: number, result: Result): void {
    const handle = this.#pending.get(seq);
    this.#pending.delete(seq);
    handle?.(result);
  }
}

/**
 * Calls `Worker.RunTask` with `{ Index: i }` on the i-th worker, on all at the same time, and `handleResult` with each result as soon as it is there. Resolves after the last one.
 */
export async function launchTasks(
  workers: readonly AsyncClient[],
  handleResult: (index: number, result: Result) => void,
): Promise<void> {
  const calls = workers.map(async (worker, index) => {
    handleResult(index, await worker.go('Worker.RunTask', { Index: index }).done);
  });
  await Promise.all(calls);
}
