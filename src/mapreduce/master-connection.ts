/**
 * A worker's connection to its master: a client whose every call carries the run's token.
 */
import { type Call, type CallOptions, type Client, dial } from '../rpc/index.ts';
import type { Worker } from './worker.ts';

/** A call under way: `done` never rejects. */
export interface LinkCall<Reply> {
  readonly done: Promise<{
    readonly reply?: Reply | undefined;
    readonly error?: Error | undefined;
  }>;
}

/** What a worker needs of its master, over whichever transport. */
export interface MasterLink {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  go<Reply>(method: string, args: object): LinkCall<Reply>;
  /** Set where the worker must ask for its tasks. */
  pull?(worker: Worker): Promise<void>;
}

export class MasterConnection implements MasterLink {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #client: Client;
  readonly #token: string;

  constructor(client: Client, token: string) {
    this.#client = client;
    this.#token = token;
    this.closed = client.closed;
  }

  /** Starts a call; the Call has its error when `done` resolves. */
  go<Reply>(method: string, args: object, options?: CallOptions): Call<Reply> {
    return this.#client.go(method, { ...args, token: this.#token }, options);
  }

  /** `go`, then wait: resolves with the reply or throws the call's error. */
  call<Reply>(method: string, args: object, options?: CallOptions): Promise<Reply> {
    return this.#client.call(method, { ...args, token: this.#token }, options);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

/** Rejects with a NetworkError when nobody listens there. */
export async function dialMaster(
  address: string,
  token: string,
): Promise<MasterConnection> {
  return new MasterConnection(await dial(address, { codec: 'framed-json' }), token);
}
