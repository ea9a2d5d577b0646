/**
 * Exercise: every request runs at most once, however often it arrives. README.md says what to do.
 */
import {
  type Deposit,
  type Execute,
  Link,
  type Receipt,
  UnknownOutcomeError,
} from '../../src/lecture/at-most-once.ts';
import { RpcError } from '../../src/rpc/index.ts';

/** What goes over the wire. What else must a request say, so that a copy is known as one? */
interface Request {
  deposit: Deposit;
}

type Answer = Receipt;

// TODO: write `deposit` and the methods of the server. `link.sendRPC('Bank.Deposit', request)`
// tries a request once; `execute(deposit)` runs one; both may be called too often.
export class BankClient {
  readonly #link: Link;

  constructor(serverAddr: string) {
    this.#link = new Link(serverAddr);
  }

  /**
   * Asks until there is an answer, and resolves with the receipt. Rejects with the server's
   * error when the deposit failed, with an UnknownOutcomeError when nobody knows whether it ran.
   */
  async deposit(deposit: Deposit): Promise<Receipt> {
    throw new Error('deposit is not written yet');
  }

  /** Ends the connection. */
  close(): Promise<void> {
    return this.#link.close();
  }
}

/** Its methods are called from the wire as `Bank.Register` and `Bank.Deposit`. */
export class BankServer {
  readonly #execute: Execute;
  readonly #incarnation: number;

  /** `incarnation` counts the server's starts: 1, and one more after each crash. */
  constructor(execute: Execute, incarnation: number) {
    this.#execute = execute;
    this.#incarnation = incarnation;
  }

  /** Replies with a new client's id. */
  Register(): string {
    throw new Error('Register is not written yet');
  }

  /** Runs the deposit of a request, unless it has been seen before. */
  async Deposit(request: Request): Promise<Answer> {
    throw new Error('Deposit is not written yet');
  }
}
