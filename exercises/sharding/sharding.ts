/**
 * Exercise: which process has the state, and how to ask it. README.md says what to do.
 */
import { type ShardLink, ShardLostError } from '../../src/lecture/sharding.ts';

/** How many places a shard has on the ring. */
export const virtualNodes = 128;

/** A query under way. */
export interface PendingQuery {
  /** The name of the shard that was asked. */
  readonly shard: string;
  readonly resolve: (log: string[]) => void;
  readonly reject: (error: Error) => void;
}

// TODO: write the hash, then the ring, then the router.

/** FNV-1a over the key's UTF-8 bytes, 32 bits, never negative. */
export function hash(key: string): number {
  throw new Error('hash is not written yet');
}

/** Which shard an id belongs to: the same answer in every process, without asking anybody. */
export class Ring {
  /** Puts the shard's virtual nodes on the ring, where `hash` of `0#<shard>`, `1#<shard>` … says. */
  add(shard: string): void {
    throw new Error('add is not written yet');
  }

  /** Takes all its virtual nodes off the ring. */
  remove(shard: string): void {
    throw new Error('remove is not written yet');
  }

  /** The shard of the first virtual node at or after the hash of `id`. Throws on an empty ring. */
  shardOf(id: string): string {
    throw new Error('shardOf is not written yet');
  }
}

/** Sends messages and queries to the shards, and answers back to those who asked. */
export class Router {
  /** The queries under way, by their queryId. */
  readonly pending = new Map<number, PendingQuery>();
  /** The way to each shard, by its name. */
  readonly links = new Map<string, ShardLink>();

  /** The place to listen to every link's `onAnswer` and `onLost`. */
  constructor(links: readonly ShardLink[]) {
    for (const link of links) this.links.set(link.name, link);
  }

  /** Sends `text` to the state machine `id`. */
  send(id: string, text: string): void {
    throw new Error('send is not written yet');
  }

  /** Resolves with the log of `id`; rejects with a ShardLostError when its shard is lost meanwhile. */
  query(id: string): Promise<string[]> {
    throw new Error('query is not written yet');
  }
}
