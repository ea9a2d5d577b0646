/**
 * Correct: two arrays and a binary search; async methods.
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
  const bytes = new TextEncoder().encode(key);
  return bytes.reduce(
    (value, byte) => Math.imul(value ^ byte, 16777619) >>> 0,
    2166136261,
  );
}

export class Ring {
  private places: number[] = [];
  private owners: string[] = [];

  add(shard: string): void {
    for (let i = 0; i < virtualNodes; i++) {
      const at = hash(`${i}#${shard}`);
      const index = this.search(at);
      this.places.splice(index, 0, at);
      this.owners.splice(index, 0, shard);
    }
  }

  remove(shard: string): void {
    const stays = this.owners.map((owner) => owner !== shard);
    this.places = this.places.filter((_, i) => stays[i]);
    this.owners = this.owners.filter((_, i) => stays[i]);
  }

  shardOf(id: string): string {
    if (this.owners.length === 0) throw new RangeError('an empty ring');
    return this.owners[this.search(hash(id)) % this.owners.length] as string;
  }

  /** The index of the first place at or after `at`; the length where there is none. */
  private search(at: number): number {
    let [low, high] = [0, this.places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.places[middle] as number) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class Router {
  readonly pending = new Map<number, PendingQuery>();
  private readonly links: readonly ShardLink[];
  private readonly ring = new Ring();
  private lastId = 100;

  constructor(links: readonly ShardLink[]) {
    this.links = links;
    for (const link of links) {
      this.ring.add(link.name);
      link.onAnswer((answer) => this.take(answer.queryId)?.resolve(answer.log));
      link.onLost(() => {
        this.ring.remove(link.name);
        const lost = [...this.pending].filter(([, { shard }]) => shard === link.name);
        for (const [queryId] of lost) {
          this.take(queryId)?.reject(new ShardLostError(link.name));
        }
      });
    }
  }

  send(id: string, text: string): void {
    this.linkOf(id).send({ type: 'message', id, text });
  }

  async query(id: string): Promise<string[]> {
    const link = this.linkOf(id);
    const queryId = this.lastId++;
    const answer = new Promise<string[]>((resolve, reject) => {
      this.pending.set(queryId, { shard: link.name, resolve, reject });
    });
    link.send({ type: 'query', id, queryId });
    return answer;
  }

  private linkOf(id: string): ShardLink {
    const name = this.ring.shardOf(id);
    return this.links.find((link) => link.name === name) as ShardLink;
  }

  private take(queryId: number): PendingQuery | undefined {
    const query = this.pending.get(queryId);
    this.pending.delete(queryId);
    return query;
  }
}
