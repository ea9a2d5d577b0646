/**
 * Correct: a client makes its deposits in turn, so that each request says that the one before is
 * done, and the server remembers one request of each client: a later one, and no earlier one.
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
  session: string;
  seq: number;
  deposit: Deposit;
}

interface Reply {
  isKnown: boolean;
  receipt?: Receipt;
}

export class BankClient {
  private readonly link: Link;
  private session: string | undefined;
  private seq = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(serverAddr: string) {
    this.link = new Link(serverAddr);
  }

  deposit(deposit: Deposit): Promise<Receipt> {
    const mine = this.last.then(() => this.depositNow(deposit));
    this.last = mine.catch(() => {});
    return mine;
  }

  private async depositNow(deposit: Deposit): Promise<Receipt> {
    this.session ??= (await this.ask('Bank.Register', {})) as string;
    this.seq += 1;
    const request: Request = { session: this.session, seq: this.seq, deposit };
    const { isKnown, receipt } = (await this.ask('Bank.Deposit', request)) as Reply;
    if (isKnown) return receipt as Receipt;
    this.session = undefined;
    throw new UnknownOutcomeError('nobody knows');
  }

  private ask(method: string, args: object): Promise<unknown> {
    return this.link.sendRPC(method, args).catch((error) => {
      if (error instanceof RpcError && error.isDefinite) throw error;
      return this.ask(method, args);
    });
  }

  close(): Promise<void> {
    return this.link.close();
  }
}

interface Last {
  seq: number;
  receipt: Promise<Receipt>;
}

export class BankServer {
  private readonly execute: Execute;
  private readonly incarnation: number;
  private readonly sessions: Record<string, Last | null> = {};
  private given = 0;

  constructor(execute: Execute, incarnation: number) {
    this.execute = execute;
    this.incarnation = incarnation;
  }

  Register(): string {
    this.given += 1;
    const session = `life ${this.incarnation}, client ${this.given}`;
    this.sessions[session] = null;
    return session;
  }

  async Deposit({ session, seq, deposit }: Request): Promise<Reply> {
    let last = this.sessions[session];
    if (last === undefined || (last && seq < last.seq)) return { isKnown: false };
    if (last === null || seq > last.seq) {
      last = { seq, receipt: this.execute(deposit) };
      this.sessions[session] = last;
    }
    return { isKnown: true, receipt: await last.receipt };
  }
}
