/**
 * Runs whatever arrives, as often as it arrives.
 *
 * Fails: runs-once
 * Looks like: no table:
 */
import {
  type Deposit,
  type Execute,
  Link,
  type Receipt,
  UnknownOutcomeError,
} from '../../../src/lecture/at-most-once.ts';
import { RpcError } from '../../../src/rpc/index.ts';

interface Request {
  clientId: string;
  seq: number;
  /** All requests of this client below it have been answered. */
  doneBelow: number;
  deposit: Deposit;
}

type Answer = { receipt: Receipt } | 'unknown';

export class BankClient {
  readonly #link: Link;
  #clientId: Promise<string> | undefined;
  #nextSeq = 0;
  readonly #unanswered = new Set<number>();

  constructor(serverAddr: string) {
    this.#link = new Link(serverAddr);
  }

  /**
   * Asks until there is an answer, and resolves with the receipt. Rejects with the server's
   * error when the deposit failed, with an UnknownOutcomeError when nobody knows whether it ran.
   */
  async deposit(deposit: Deposit): Promise<Receipt> {
    this.#clientId ??= this.#sendUntilAnswered<string>('Bank.Register', {});
    const registered = this.#clientId;
    const seq = this.#nextSeq++;
    this.#unanswered.add(seq);
    try {
      const clientId = await registered;
      const doneBelow = Math.min(...this.#unanswered);
      const request: Request = { clientId, seq, doneBelow, deposit };
      const answer = await this.#sendUntilAnswered<Answer>('Bank.Deposit', request);
      if (answer !== 'unknown') return answer.receipt;
      if (this.#clientId === registered) this.#clientId = undefined;
      throw new UnknownOutcomeError('the server has restarted: it may have run');
    } finally {
      this.#unanswered.delete(seq);
    }
  }

  async #sendUntilAnswered<Reply>(method: string, request: object): Promise<Reply> {
    for (;;) {
      try {
        return await this.#link.sendRPC<Reply>(method, request);
      } catch (error) {
        if (error instanceof RpcError && error.isDefinite) throw error;
      }
    }
  }

  /** Ends the connection. */
  close(): Promise<void> {
    return this.#link.close();
  }
}

/** What the server remembers of one client. */
interface Table {
  doneBelow: number;
  readonly receipts: Map<number, Promise<Receipt>>;
}

/** Its methods are called from the wire as `Bank.Register` and `Bank.Deposit`. */
export class BankServer {
  readonly #execute: Execute;
  readonly #incarnation: number;
  readonly #tables = new Map<string, Table>();

  /** `incarnation` counts the server's starts: 1, and one more after each crash. */
  constructor(execute: Execute, incarnation: number) {
    this.#execute = execute;
    this.#incarnation = incarnation;
  }

  /** Replies with a new client's id. */
  Register(): string {
    const clientId = `${this.#incarnation}.${this.#tables.size}`;
    this.#tables.set(clientId, { doneBelow: 0, receipts: new Map() });
    return clientId;
  }

  /** Runs the deposit of a request, unless it has been seen before. */
  async Deposit(request: Request): Promise<Answer> {
    const { clientId, seq, doneBelow, deposit } = request;
    const table = this.#tables.get(clientId);
    if (!table || seq < table.doneBelow) return 'unknown';
    while (table.doneBelow < doneBelow) table.receipts.delete(table.doneBelow++);
    return { receipt: await this.#execute(deposit) };
  }
}
