/**
 * Correct: one queue and one loop for everything, which waits for no answer; the ring is made
 * anew whenever the set of shards changes.
 */
import { type ShardLink, ShardLostError } from '../../../src/lecture/sharding.ts';

/** How many places a shard has on the ring. */
export const virtualNodes = 128;

/** A query under way. */
export interface PendingQuery {
  /** The name of the shard that was asked. */
  readonly shard: string;
  readonly resolve: (log: string[]) => void;
  readonly reject: (error: Error) => void;
}

export function hash(key: string): number {
  let value = 2166136261;
  for (const byte of Buffer.from(key)) {
    value ^= byte;
    value = Math.imul(value, 16777619);
  }
  return value < 0 ? value + 2 ** 32 : value;
}

export class Ring {
  shards = new Set<string>();
  nodes: [at: number, shard: string][] = [];

  add(shard: string): void {
    this.shards.add(shard);
    this.build();
  }

  remove(shard: string): void {
    this.shards.delete(shard);
    this.build();
  }

  build(): void {
    this.nodes = [];
    for (const shard of this.shards) {
      for (let i = 0; i < virtualNodes; i += 1) {
        this.nodes.push([hash(`${i}#${shard}`), shard]);
      }
    }
    this.nodes.sort(([a], [b]) => b - a);
  }

  shardOf(id: string): string {
    const at = hash(id);
    const [, shard] = this.nodes.findLast(([place]) => place >= at) ??
      this.nodes.at(-1) ?? [0, undefined];
    if (shard === undefined) throw new Error('the ring is empty');
    return shard;
  }
}

type Work =
  | { id: string; text: string }
  | { id: string; resolve(log: string[]): void; reject(error: Error): void };

export class Router {
  readonly pending = new Map<number, PendingQuery>();
  private readonly ring = new Ring();
  private readonly links: Map<string, ShardLink>;
  private queue: Work[] = [];
  private queries = 0;

  constructor(links: readonly ShardLink[]) {
    this.links = new Map(links.map((link) => [link.name, link]));
    for (const [name, link] of this.links) {
      this.ring.add(name);
      link.onAnswer(({ queryId, log }) => {
        this.pending.get(queryId)?.resolve(log);
        this.pending.delete(queryId);
      });
      link.onLost(() => this.lose(name));
    }
  }

  send(id: string, text: string): void {
    this.enqueue({ id, text });
  }

  query(id: string): Promise<string[]> {
    return new Promise((resolve, reject) => this.enqueue({ id, resolve, reject }));
  }

  private enqueue(work: Work): void {
    this.queue.push(work);
    if (this.queue.length === 1) setImmediate(() => this.dispatch());
  }

  private dispatch(): void {
    const queue = this.queue;
    this.queue = [];
    for (const work of queue) {
      try {
        this.pass(work);
      } catch (error) {
        if ('reject' in work) work.reject(error as Error);
      }
    }
  }

  private pass(work: Work): void {
    const { id } = work;
    const shard = this.ring.shardOf(id);
    const link = this.links.get(shard);
    if ('text' in work) link?.send({ type: 'message', id, text: work.text });
    else {
      const queryId = this.queries++;
      this.pending.set(queryId, { shard, resolve: work.resolve, reject: work.reject });
      link?.send({ type: 'query', id, queryId });
    }
  }

  private lose(shard: string): void {
    this.ring.remove(shard);
    const lost = [...this.pending].filter(([, query]) => query.shard === shard);
    for (const [queryId, query] of lost) {
      this.pending.delete(queryId);
      query.reject(new ShardLostError(shard));
    }
  }
}
