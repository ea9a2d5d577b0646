/**
 * Correct: a class for a call under way, a list that is searched, and launchTasks that counts
 * callbacks.
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

class CallUnderWay implements Call {
  readonly seq: number;
  reply?: unknown;
  error?: RpcError;
  readonly done: Promise<Call>;
  timer: NodeJS.Timeout | undefined;
  private finish: (call: Call) => void = () => {};

  constructor(seq: number) {
    this.seq = seq;
    this.done = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  succeed(reply: unknown): void {
    this.reply = reply;
    this.end();
  }

  fail(error: RpcError): void {
    this.error = error;
    this.end();
  }

  private end(): void {
    clearTimeout(this.timer);
    this.finish(this);
  }
}

export class AsyncClient {
  readonly connection: Connection;
  readonly timeoutMs: number;
  private calls: CallUnderWay[] = [];
  private lastSeq = Math.floor(Math.random() * 1000);

  constructor(connection: Connection, timeoutMs: number) {
    this.connection = connection;
    this.timeoutMs = timeoutMs;
    connection.onResponse((response) => {
      const call = this.calls.find(({ seq }) => seq === response.seq);
      if (!call) return;
      this.remove(call);
      if (response.error === undefined) call.succeed(response.reply);
      else call.fail(new ServerError(response.error));
    });
    connection.onLost(() => {
      const lost = this.calls;
      this.calls = [];
      for (const call of lost) call.fail(new ConnectionLostError('no connection'));
    });
  }

  sendRPC(
    serviceMethod: string,
    args: unknown,
    handleResponse: (result: Result) => void,
  ): void {
    this.go(serviceMethod, args).done.then(handleResponse);
  }

  makeRequest(serviceMethod: string, args: unknown): Channel<Result> {
    const channel = new Channel<Result>(3);
    this.go(serviceMethod, args).done.then((call) => {
      channel.trySend(call);
      channel.close();
    });
    return channel;
  }

  go(serviceMethod: string, args: unknown): Call {
    this.lastSeq += 7;
    const call = new CallUnderWay(this.lastSeq);
    this.calls.push(call);
    try {
      this.connection.send({ seq: call.seq, serviceMethod, args });
      call.timer = setTimeout(() => {
        this.remove(call);
        call.fail(new AbandonedError('the reply may still come', true));
      }, this.timeoutMs);
    } catch (error) {
      this.remove(call);
      call.fail(new NotSentError(`${error}`));
    }
    return call;
  }

  private remove(call: CallUnderWay): void {
    this.calls = this.calls.filter((other) => other !== call);
  }
}

export function launchTasks(
  workers: readonly AsyncClient[],
  handleResult: (index: number, result: Result) => void,
): Promise<void> {
  let left = workers.length;
  return new Promise((resolve) => {
    if (left === 0) resolve();
    for (const [index, worker] of workers.entries()) {
      worker.sendRPC('Worker.RunTask', { Index: index }, (result) => {
        handleResult(index, result);
        left -= 1;
        if (left === 0) resolve();
      });
    }
  });
}
