/**
 * State machines in processes of their own: the shard process, and the link on which a router
 * reaches it. What the exercise `sharding` is given; the ring and the router are the exercise.
 *
 * Source: "Phase 3: Process-Based Workers"; a state machine here is a log that grows.
 */
import { type Client, dial, Server } from '../rpc/index.ts';

/** What a router puts into the queue of a shard. */
export type Item =
  /** For the state machine `id`: append `text` to its log. */
  | { readonly type: 'message'; readonly id: string; readonly text: string }
  /** The router chooses `queryId`; the answer has the same. */
  | { readonly type: 'query'; readonly id: string; readonly queryId: number };

export interface Answer {
  readonly queryId: number;
  /** All texts that the state machine has got, the first one first. */
  readonly log: string[];
}

/** The program of a shard process: a state machine for each id, made when it is first named. */
export class Shard {
  readonly #logs = new Map<string, string[]>();
  readonly #server = new Server();

  constructor() {
    this.#server.registerName('Shard', this);
  }

  // #region shard
  Append({ id, text }: Item & { type: 'message' }): void {
    this.#logs.set(id, [...(this.#logs.get(id) ?? []), text]);
  }

  Query({ id, queryId }: Item & { type: 'query' }): Answer | Promise<Answer> {
    return { queryId, log: this.#logs.get(id) ?? [] };
  }
  // #endregion

  /** Resolves with the bound address. Rejects with a NetworkError. */
  listen(address: string): Promise<string> {
    return this.#server.listen(address);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

/** A shard as its router sees it: a queue that leads there, and answers that come back. */
export class ShardLink {
  readonly name: string;
  readonly #client: Client;
  #handleAnswer: (answer: Answer) => void = () => {};

  constructor(name: string, client: Client) {
    this.name = name;
    this.#client = client;
  }

  /** Puts an item into the queue, behind all others, and returns at once. */
  send(item: Item): void {
    const method = item.type === 'query' ? 'Shard.Query' : 'Shard.Append';
    const call = this.#client.go<Answer>(method, item);
    void call.done.then(({ reply }) => {
      if (item.type === 'query' && reply) this.#handleAnswer(reply);
    });
  }

  /** Calls `handle` with every answer, in the order in which they come. */
  onAnswer(handle: (answer: Answer) => void): void {
    this.#handleAnswer = handle;
  }

  /** Calls `handle` once, when the process has ended: what it had not answered it never will. */
  onLost(handle: () => void): void {
    void this.#client.closed.then(handle);
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

/** Connects to a shard process at `address`. Rejects with a NetworkError. */
export async function connectShard(name: string, address: string): Promise<ShardLink> {
  return new ShardLink(name, await dial(address));
}

/** Its process has ended, and the state of its ids with it. */
export class ShardLostError extends Error {
  override readonly name = 'ShardLostError';
  readonly shard: string;

  constructor(shard: string) {
    super(`shard ${shard} is lost`);
    this.shard = shard;
  }
}
