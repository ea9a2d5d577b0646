/**
 * The world of a bank: a server that crashes and starts again, clients of one machine or of
 * several, and a ledger that no student sees: which deposit ran, when, and how often.
 */
import type { Deposit, Execute, Receipt } from '../../../src/lecture/at-most-once.ts';
import { RpcError, Server } from '../../../src/rpc/index.ts';
import type { World } from '../../../src/sim/world.ts';

export interface Client {
  deposit(deposit: Deposit): Promise<Receipt>;
  close(): Promise<void>;
}

export interface Subject {
  readonly BankClient: new (serverAddr: string) => Client;
  readonly BankServer: new (execute: Execute, incarnation: number) => object;
}

/** One execution of a deposit. */
interface Entry {
  readonly deposit: Deposit;
  /** The server's life in which it ran. */
  readonly incarnation: number;
  /** It began while another run of the same deposit had not ended. */
  readonly isOverlapping: boolean;
  isOver: boolean;
}

/** One call of a client, and its end. */
export interface Outcome {
  readonly deposit: Deposit;
  /** The machine of the client. */
  readonly node: string;
  /** `open`: it has not ended yet. */
  end: 'open' | 'receipt' | 'error' | 'unknown';
  receipt?: Receipt;
  error?: unknown;
  /** The server's life in which the client got to know. */
  incarnation: number;
}

/** Takes no money: each deposit fails. */
export const frozen = 'frozen';
export const frozenText = 'the account is frozen';

export class Bank {
  readonly ledger: Entry[] = [];
  readonly outcomes: Outcome[] = [];
  readonly world: World;
  /** The student's server, of this life. */
  server: object = {};
  #incarnation = 0;
  readonly #subject: Subject;
  readonly #workMs: (deposit: Deposit) => number;
  readonly #balances = new Map<string, number>();

  constructor(
    world: World,
    subject: Subject,
    workMs: (deposit: Deposit) => number = () => 5,
  ) {
    this.world = world;
    this.#subject = subject;
    this.#workMs = workMs;
    world.addNode('server', { boot: () => this.#boot() });
  }

  /** A client on the machine `node`. */
  connect(node = 'client'): Client {
    return this.world.node(node).run(() => new this.#subject.BankClient('sim:server'));
  }

  /** Makes the deposit, and notes how it ends. Never rejects. */
  async deposit(client: Client, deposit: Deposit, node = 'client'): Promise<Outcome> {
    const outcome: Outcome = { deposit, node, end: 'open', incarnation: 0 };
    this.outcomes.push(outcome);
    try {
      const made = this.world.node(node).run(() => client.deposit({ ...deposit }));
      outcome.receipt = await made;
      outcome.end = 'receipt';
    } catch (error) {
      outcome.error = error;
      outcome.end = isUnknown(error) ? 'unknown' : 'error';
    }
    outcome.incarnation = this.#incarnation;
    return outcome;
  }

  /** The client on the machine `node` is not needed any more. */
  async close(client: Client, node: string): Promise<void> {
    await this.world.node(node).run(() => client.close());
  }

  /** Resolves when the program has ended, but at the latest after `patienceMs`. */
  async within(patienceMs: number, program: Promise<unknown>): Promise<void> {
    await Promise.race([program, this.pass(patienceMs)]);
  }

  /** Time passes that nobody can disturb. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.world.time.schedule(ms, resolve));
  }

  countRuns(deposit: Deposit): number {
    return this.ledger.filter((entry) => isSame(entry.deposit, deposit)).length;
  }

  /** Whether one run of it began while another one had not ended. */
  hasOverlap(deposit: Deposit): boolean {
    return this.ledger.some(
      (entry) => entry.isOverlapping && isSame(entry.deposit, deposit),
    );
  }

  /** The lives of the server in which the deposit ran. */
  livesOf(deposit: Deposit): number[] {
    return this.ledger
      .filter((entry) => isSame(entry.deposit, deposit))
      .map(({ incarnation }) => incarnation);
  }

  async #boot(): Promise<void> {
    const incarnation = ++this.#incarnation;
    const run = (deposit: Deposit) => this.#run(deposit, incarnation);
    // A proxy shows nobody what it knows, and leads nowhere.
    const execute = new Proxy(run, {});
    const server = new Server();
    this.server = new this.#subject.BankServer(execute, incarnation);
    server.registerName('Bank', this.server);
    await server.listen('sim:server');
  }

  async #run(deposit: Deposit, incarnation: number): Promise<Receipt> {
    const { account, amount } = { ...deposit };
    const entry = this.#enter({ account, amount }, incarnation);
    const balance = (this.#balances.get(account) ?? 0) + amount;
    if (account !== frozen) this.#balances.set(account, balance);
    await new Promise((resolve) => setTimeout(resolve, this.#workMs(deposit)));
    entry.isOver = true;
    if (account === frozen) throw new Error(frozenText);
    return { account, balance };
  }

  #enter(deposit: Deposit, incarnation: number): Entry {
    const before = this.ledger.filter((entry) => isSame(entry.deposit, deposit));
    const isOverlapping = before.some(({ isOver }) => !isOver);
    const entry = { deposit, incarnation, isOverlapping, isOver: false };
    this.ledger.push(entry);
    const again = before.length > 0 ? ' AGAIN' : '';
    this.world.node('server').note(`${nameOf(deposit)} runs${again}`);
    return entry;
  }
}

export function nameOf({ account, amount }: Deposit): string {
  return `${account} +${amount}`;
}

function isSame(a: Deposit, b: Deposit): boolean {
  return a.account === b.account && a.amount === b.amount;
}

/** Indefinite errors say what is true: nobody knows. */
function isUnknown(error: unknown): boolean {
  return error instanceof RpcError && !error.isDefinite;
}
