/**
 * A shard as the pool sees it: a connection, and a way to end whatever is at its other end.
 * Where that is (a process, a machine of a simulated world) is for those who make links to say.
 */
import type { Client, LimitChoice } from '../rpc/index.ts';
import { never } from '../rpc/index.ts';

export interface ShardLink {
  readonly client: Client;
  /** The operating system's number, where there is a process. */
  readonly pid: number | undefined;
  /** Resolves with how it ended: `SIGKILL`, `exit code 1`. Never rejects. */
  readonly exited: Promise<string>;
  /** Ends it without a chance to say or clean up anything. Idempotent. */
  kill(): void;
}

/** Makes the shard of this index; rejects when it cannot. */
export type OpenLink = (shard: number) => Promise<ShardLink>;

/** Both ends are ours, and a batch of states may be large. */
export const connectionLimits: LimitChoice = {
  maxFrameBytes: 128 * 1024 * 1024,
  maxStringBytes: 128 * 1024 * 1024,
  maxValues: 50_000_000,
  maxInFlight: 65_536,
  idleMs: never,
  firstByteMs: never,
  unreadMs: never,
  partialFrameMs: never,
};
