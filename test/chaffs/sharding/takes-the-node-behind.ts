/**
 * Takes the first virtual node after the hash, and passes by the one that is at this very place.
 *
 * Fails: same-everywhere
 * Looks like: first after, not at or after
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

/** FNV-1a over the key's UTF-8 bytes, 32 bits, never negative. */
export function hash(key: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(key)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

/** Which shard an id belongs to: the same answer in every process, without asking anybody. */
export class Ring {
  /** All virtual nodes, sorted by their places. */
  #nodes: { at: number; shard: string }[] = [];

  /** Puts the shard's virtual nodes on the ring, where `hash` of `0#<shard>`, `1#<shard>` … says. */
  add(shard: string): void {
    for (let i = 0; i < virtualNodes; i++) {
      this.#nodes.push({ at: hash(`${i}#${shard}`), shard });
    }
    this.#nodes.sort((a, b) => a.at - b.at);
  }

  /** Takes all its virtual nodes off the ring. */
  remove(shard: string): void {
    this.#nodes = this.#nodes.filter((node) => node.shard !== shard);
  }

  /** The shard of the first virtual node after the hash of `id`. Throws on an empty ring. */
  shardOf(id: string): string {
    const at = hash(id);
    const node = this.#nodes.find((node) => node.at > at) ?? this.#nodes[0];
    if (!node) throw new Error('no shard is left');
    return node.shard;
  }
}

/** Sends messages and queries to the shards, and answers back to those who asked. */
export class Router {
  /** The queries under way, by their queryId. */
  readonly pending = new Map<number, PendingQuery>();
  /** The way to each shard, by its name. */
  readonly links = new Map<string, ShardLink>();
  readonly #ring = new Ring();
  #nextQueryId = 0;

  /** The place to listen to every link's `onAnswer` and `onLost`. */
  constructor(links: readonly ShardLink[]) {
    for (const link of links) {
      this.links.set(link.name, link);
      this.#ring.add(link.name);
      link.onAnswer(({ queryId, log }) => {
        this.pending.get(queryId)?.resolve(log);
        this.pending.delete(queryId);
      });
      link.onLost(() => this.#lose(link.name));
    }
  }

  /** Sends `text` to the state machine `id`. */
  send(id: string, text: string): void {
    this.#linkOf(id).send({ type: 'message', id, text });
  }

  /** Resolves with the log of `id`; rejects with a ShardLostError when its shard is lost meanwhile. */
  query(id: string): Promise<string[]> {
    return new Promise((resolve, reject) => {
      const link = this.#linkOf(id);
      const queryId = this.#nextQueryId++;
      this.pending.set(queryId, { shard: link.name, resolve, reject });
      link.send({ type: 'query', id, queryId });
    });
  }

  #linkOf(id: string): ShardLink {
    return this.links.get(this.#ring.shardOf(id)) as ShardLink;
  }

  /** From now on its ids belong to others; what it was asked nobody can answer. */
  #lose(shard: string): void {
    this.#ring.remove(shard);
    for (const [queryId, query] of this.pending) {
      if (query.shard !== shard) continue;
      this.pending.delete(queryId);
      query.reject(new ShardLostError(shard));
    }
  }
}
