/**
 * Correct: `go` is the base, the other two are made of it; launchTasks is the loop of the
 * slides, with one channel for all results. Timers are left, and hold nothing.
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

interface Pending {
  readonly call: Call;
  end(result: Result): void;
}

export class AsyncClient {
  readonly connection: Connection;
  readonly timeoutMs: number;
  pending = new Map<number, Pending>();
  seq = 1000;

  constructor(connection: Connection, timeoutMs: number) {
    this.connection = connection;
    this.timeoutMs = timeoutMs;
    connection.onResponse((response) => {
      const { error, reply } = response;
      const pending = this.take(response.seq);
      if (error !== undefined) pending?.end({ error: new ServerError(error) });
      else pending?.end({ reply });
    });
    connection.onLost(() => {
      for (const [seq] of this.pending) {
        this.take(seq)?.end({ error: new ConnectionLostError('lost') });
      }
    });
  }

  take(seq: number): Pending | undefined {
    const pending = this.pending.get(seq);
    this.pending.delete(seq);
    return pending;
  }

  sendRPC(
    serviceMethod: string,
    args: unknown,
    handleResponse: (result: Result) => void,
  ): void {
    void this.go(serviceMethod, args).done.then(handleResponse);
  }

  makeRequest(serviceMethod: string, args: unknown): Channel<Result> {
    const channel = new Channel<Result>();
    void this.go(serviceMethod, args).done.then((call) => channel.send(call));
    return channel;
  }

  go(serviceMethod: string, args: unknown): Call {
    let resolve: (call: Call) => void = () => {};
    const done = new Promise<Call>((finish) => {
      resolve = finish;
    });
    const call: Call = { done };
    const end = (result: Result) => {
      call.reply = result.reply;
      if (result.error) call.error = result.error;
      resolve(call);
    };
    const seq = ++this.seq;
    this.pending.set(seq, { call, end });
    try {
      this.connection.send({ seq, serviceMethod, args });
      const error = new AbandonedError('too late', true);
      setTimeout(() => this.take(seq)?.end({ error }), this.timeoutMs).unref();
    } catch (error) {
      this.take(seq)?.end({ error: new NotSentError((error as Error).message) });
    }
    return call;
  }
}

export async function launchTasks(
  workers: readonly AsyncClient[],
  handleResult: (index: number, result: Result) => void,
): Promise<void> {
  const results = new Channel<{ index: number; result: Result }>(1);
  for (const [index, worker] of workers.entries()) {
    worker.sendRPC('Worker.RunTask', { Index: index }, (result) => {
      void results.send({ index, result });
    });
  }
  for (let left = workers.length; left > 0; left--) {
    const received = await results.receive();
    if (received) handleResult(received.index, received.result);
  }
}
