/**
 * A worker's connection to its master: a client whose every call carries the run's token.
 */
import { type Call, type CallOptions, type Client, dial } from '../rpc/index.ts';

export class MasterConnection {
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
  return new MasterConnection(await dial(address), token);
}
