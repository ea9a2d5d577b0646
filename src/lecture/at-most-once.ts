/**
 * What the exercise `at-most-once` is given: the words of a bank, a link that tries a request
 * once, and the error for what nobody can know. Detecting duplicates is the exercise.
 *
 * Source: slides, "Go's net/rpc is at-most-once" and "RPC and Assignment 1 and 2".
 */
import { AbandonedError, type Client, dial, RpcError } from '../rpc/index.ts';

/** What a client asks for. Two equal deposits are two deposits. */
export interface Deposit {
  readonly account: string;
  readonly amount: number;
}

/** What the bank answers: how much is in the account now. */
export interface Receipt {
  readonly account: string;
  readonly balance: number;
}

/**
 * Puts the money into the account, which takes a while. Each time it is called! Rejects where
 * the account takes no money; that is an answer like any other.
 */
export type Execute = (deposit: Deposit) => Promise<Receipt>;

/** The request may have run, or not, and nobody will ever know. */
export class UnknownOutcomeError extends RpcError {
  override readonly name = 'UnknownOutcomeError';
  readonly isDefinite = false;
}

/** A client's way to a server: over one connection, which is made anew when it was lost. */
export class Link {
  /** How long one try waits for its reply, in milliseconds. */
  static readonly deadlineMs = 100;
  readonly #serverAddr: string;
  #client: Promise<Client> | undefined;

  constructor(serverAddr: string) {
    this.#serverAddr = serverAddr;
  }

  /**
   * Sends the request once, and waits for the reply. Rejects with a definite RpcError when the
   * method threw; with an indefinite one when no reply has come, and that after 100 ms,
   * whatever the reason is: whoever tries again need not wait.
   */
  async sendRPC<Reply>(serviceMethod: string, request: unknown): Promise<Reply> {
    const { deadlineMs } = Link;
    const sentAt = performance.now();
    try {
      const client = await this.#connect();
      return await client.call<Reply>(serviceMethod, request, { deadlineMs });
    } catch (error) {
      if (error instanceof RpcError && error.isDefinite) throw error;
      const restMs = sentAt + deadlineMs - performance.now();
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
      throw new AbandonedError(`no reply after ${deadlineMs} ms`, true, error);
    }
  }

  /** Ends the connection, if there is one. */
  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }

  #connect(): Promise<Client> {
    this.#client ??= this.#dial();
    return this.#client;
  }

  async #dial(): Promise<Client> {
    try {
      const client = await dial(this.#serverAddr);
      void client.closed.then(() => this.#forget());
      return client;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#client = undefined;
  }
}
