/**
 * Correct: a promise for every way a call can end, and a race between them; results by
 * channels, closed behind the result.
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
  private readonly waiting: Record<number, (result: Result) => void> = {};
  private readonly lost: Promise<Result>;
  private lastSeq = 0;

  constructor(connection: Connection, timeoutMs: number) {
    this.connection = connection;
    this.timeoutMs = timeoutMs;
    connection.onResponse(({ seq, reply, error }) => {
      const result = error === undefined ? { reply } : { error: new ServerError(error) };
      this.waiting[seq]?.(result);
    });
    this.lost = new Promise((resolve) => {
      connection.onLost(() => resolve({ error: new ConnectionLostError('gone') }));
    });
  }

  private async request(serviceMethod: string, args: unknown): Promise<Result> {
    const seq = this.lastSeq++;
    let timer: NodeJS.Timeout | undefined;
    try {
      this.connection.send({ seq, serviceMethod, args });
    } catch (error) {
      return { error: new NotSentError(String(error)) };
    }
    const answered = new Promise<Result>((resolve) => {
      this.waiting[seq] = resolve;
    });
    const timedOut = new Promise<Result>((resolve) => {
      const error = new AbandonedError('no reply in time', true);
      timer = setTimeout(() => resolve({ error }), this.timeoutMs);
    });
    const result = await Promise.race([answered, timedOut, this.lost]);
    clearTimeout(timer);
    delete this.waiting[seq];
    return result;
  }

  async sendRPC(
    serviceMethod: string,
    args: unknown,
    handleResponse: (result: Result) => void,
  ): Promise<void> {
    handleResponse(await this.request(serviceMethod, args));
  }

  makeRequest(serviceMethod: string, args: unknown): Channel<Result> {
    const channel = new Channel<Result>(1);
    const fill = async () => {
      await channel.send(await this.request(serviceMethod, args));
      channel.close();
    };
    void fill();
    return channel;
  }

  go(serviceMethod: string, args: unknown): Call {
    const pending = this.request(serviceMethod, args);
    const call: { done: Promise<Call> } & Result = {
      done: pending.then((result) => {
        if (result.error) call.error = result.error;
        else call.reply = result.reply;
        return call;
      }),
    };
    return call;
  }
}

export async function launchTasks(
  workers: readonly AsyncClient[],
  handleResult: (index: number, result: Result) => void,
): Promise<void> {
  const launch = async (worker: AsyncClient, index: number) => {
    const result = await worker.makeRequest('Worker.RunTask', { Index: index }).receive();
    if (result) handleResult(index, result);
  };
  await Promise.all(workers.map(launch));
}
