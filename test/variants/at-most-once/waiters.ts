/**
 * Correct: an entry is running or done, and copies that come meanwhile wait in a list; one table
 * for all clients, and the client names each reply that it has got, one by one.
 */
import { randomBytes } from 'node:crypto';
import {
  type Deposit,
  type Execute,
  Link,
  type Receipt,
  UnknownOutcomeError,
} from '../../../src/lecture/at-most-once.ts';
import { RpcError } from '../../../src/rpc/index.ts';

interface Request {
  id: string;
  number: number;
  /** Replies that have arrived since the last request that was answered. */
  got: number[];
  deposit: Deposit;
}

export class BankClient {
  readonly #link: Link;
  #registration: Promise<{ id: string }> | null = null;
  #count = 0;
  #got: number[] = [];

  constructor(serverAddr: string) {
    this.#link = new Link(serverAddr);
  }

  async deposit(deposit: Deposit): Promise<Receipt> {
    const number = ++this.#count;
    this.#registration ??= this.#repeat<{ id: string }>('Bank.Register', {});
    const registration = this.#registration;
    const { id } = await registration;
    const got = [...this.#got];
    const request: Request = { id, number, got, deposit };
    try {
      const receipt = await this.#repeat<Receipt | null>('Bank.Deposit', request);
      if (receipt !== null) return receipt;
      if (this.#registration === registration) this.#registration = null;
      throw new UnknownOutcomeError('no such client');
    } finally {
      this.#got = [...this.#got.filter((old) => !got.includes(old)), number];
    }
  }

  async #repeat<Reply>(method: string, request: object): Promise<Reply> {
    let reply: { value: Reply } | undefined;
    while (!reply) {
      reply = await this.#link.sendRPC<Reply>(method, request).then(
        (value) => ({ value }),
        (error: unknown) => {
          if (error instanceof RpcError && error.isDefinite) throw error;
          return undefined;
        },
      );
    }
    return reply.value;
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}

type Waiter = { resolve(receipt: Receipt): void; reject(error: unknown): void };

class Entry {
  #waiters: Waiter[] = [];
  #end: ((waiter: Waiter) => void) | undefined;

  run(execute: Execute, deposit: Deposit): void {
    execute(deposit).then(
      (receipt) => this.#finish((waiter) => waiter.resolve(receipt)),
      (error) => this.#finish((waiter) => waiter.reject(error)),
    );
  }

  wait(): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (this.#end) this.#end(waiter);
      else this.#waiters.push(waiter);
    });
  }

  #finish(end: (waiter: Waiter) => void): void {
    this.#end = end;
    for (const waiter of this.#waiters) end(waiter);
    this.#waiters = [];
  }
}

/** What is not in the table and is not above `highest` was pruned, or is on a list of gaps. */
interface Client {
  highest: number;
  readonly gaps: Set<number>;
  readonly entries: Map<number, Entry>;
}

export class BankServer {
  readonly #execute: Execute;
  readonly #clients = new Map<string, Client>();

  constructor(execute: Execute) {
    this.#execute = execute;
  }

  Register(): { id: string } {
    const id = randomBytes(8).toString('hex');
    this.#clients.set(id, { highest: 0, gaps: new Set(), entries: new Map() });
    return { id };
  }

  async Deposit({ id, number, got, deposit }: Request): Promise<Receipt | null> {
    const client = this.#clients.get(id);
    if (!client) return null;
    for (const old of got) client.entries.delete(old);
    while (client.highest < number) client.gaps.add(++client.highest);
    if (client.gaps.delete(number)) {
      const entry = new Entry();
      client.entries.set(number, entry);
      entry.run(this.#execute, deposit);
    }
    return client.entries.get(number)?.wait() ?? null;
  }
}
