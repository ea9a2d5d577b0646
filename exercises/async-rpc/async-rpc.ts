/**
 * Exercise: three ways to call without waiting. README.md says what to do.
 */
import type { Connection } from '../../src/lecture/async-rpc.ts';
import {
  AbandonedError,
  type Channel,
  ConnectionLostError,
  NotSentError,
  type RpcError,
  ServerError,
} from '../../src/rpc/index.ts';

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

// TODO: write the three ways, then launchTasks. The constructor is the place to listen to
// connection.onResponse and connection.onLost.
export class AsyncClient {
  readonly connection: Connection;
  readonly timeoutMs: number;

  constructor(connection: Connection, timeoutMs: number) {
    this.connection = connection;
    this.timeoutMs = timeoutMs;
  }

  /** 1. Returns at once; `handleResponse` is called once, later, with the result. */
  sendRPC(
    serviceMethod: string,
    args: unknown,
    handleResponse: (result: Result) => void,
  ): void {
    throw new Error('sendRPC is not written yet');
  }

  /** 2. Returns at once; the one result comes out of the channel. */
  makeRequest(serviceMethod: string, args: unknown): Channel<Result> {
    throw new Error('makeRequest is not written yet');
  }

  /** 3. Returns at once; `done` says when the call has ended. */
  go(serviceMethod: string, args: unknown): Call {
    throw new Error('go is not written yet');
  }
}

/**
 * Calls `Worker.RunTask` with `{ Index: i }` on the i-th worker, on all at the same time, and `handleResult` with each result as soon as it is there. Resolves after the last one.
 */
export async function launchTasks(
  workers: readonly AsyncClient[],
  handleResult: (index: number, result: Result) => void,
): Promise<void> {
  throw new Error('launchTasks is not written yet');
}
