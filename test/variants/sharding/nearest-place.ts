/**
 * Correct: no sorted list at all; the nearest place is sought among all, going around.
 */
import type { ShardLink } from '../../../src/lecture/sharding.ts';

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
  let value = 0x811c9dc5n;
  for (const byte of Buffer.from(key, 'utf8')) {
    value = ((value ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
  }
  return Number(value);
}

export class Ring {
  readonly places = new Map<string, readonly number[]>();

  add(shard: string): void {
    const places = Array.from({ length: virtualNodes }, (_, i) => hash(`${i}#${shard}`));
    this.places.set(shard, places);
  }

  remove(shard: string): void {
    this.places.delete(shard);
  }

  shardOf(id: string): string {
    const at = hash(id);
    let nearest: { shard: string; distance: number } | undefined;
    for (const [shard, places] of this.places) {
      for (const place of places) {
        const distance = (place - at) >>> 0;
        if (!nearest || distance < nearest.distance) nearest = { shard, distance };
      }
    }
    if (nearest === undefined) throw new Error('nobody is left');
    return nearest.shard;
  }
}

export class Router {
  readonly pending = new Map<number, PendingQuery>();
  readonly ring = new Ring();
  readonly links: Record<string, ShardLink> = {};

  constructor(links: readonly ShardLink[]) {
    for (const link of links) this.connect(link);
  }

  connect(link: ShardLink): void {
    this.links[link.name] = link;
    this.ring.add(link.name);
    link.onAnswer(({ queryId, log }) => {
      const query = this.pending.get(queryId);
      if (!query) return;
      this.pending.delete(queryId);
      query.resolve(log);
    });
    link.onLost(() => {
      this.ring.remove(link.name);
      delete this.links[link.name];
      this.pending.forEach((query, queryId) => {
        if (query.shard === link.name) {
          query.reject(new Error(`lost: the process of shard ${link.name}`));
          this.pending.delete(queryId);
        }
      });
    });
  }

  send(id: string, text: string): void {
    this.links[this.ring.shardOf(id)]?.send({ type: 'message', id, text });
  }

  query(id: string): Promise<string[]> {
    try {
      const shard = this.ring.shardOf(id);
      const queryId = Math.floor(Math.random() * 2 ** 48);
      return new Promise((resolve, reject) => {
        this.pending.set(queryId, { shard, resolve, reject });
        this.links[shard]?.send({ type: 'query', id, queryId });
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
