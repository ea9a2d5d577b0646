/**
 * Where map output lives, as one choice with one consequence: is it lost with its worker?
 *
 *     local-disk     on the worker that made it, served by it: lost with it
 *     shared         in a folder that every worker sees: survives them all
 *     state-server   in the memory of a process of its own: survives every worker
 *
 * What is written is named by its attempt, never added to what is there: written twice is
 * written once, and a superseded attempt's output is simply never asked for.
 *
 * Source: OSDI '04, section 3.3.1; slides, "What should we re-execute?", stable storage.
 */
import type { Region } from '../events.ts';
import type { GrpcPlace } from '../wire.ts';

/** One partition of a map task's output; its parts are valid one at a time. */
export type PartitionParts = Buffer | Iterable<Buffer>;

export function listParts(partition: PartitionParts): Iterable<Buffer> {
  return Buffer.isBuffer(partition) ? [partition] : partition;
}

/** The writing end, in a worker's task thread. */
export interface MapOutputStore {
  /**
   * Stores one map attempt's partitions, one after the other; resolves with what a reader must find.
   * Idempotent. Rejects with an UnstoredError when they cannot be stored whole; then nothing
   * is left that a reader would take for whole.
   */
  write(
    attempt: number,
    map: number,
    partitions: readonly PartitionParts[],
  ): Promise<Region[]>;
  close(): void;
}

/** One partition of one map attempt's output. */
export interface PartitionRef {
  readonly attempt: number;
  readonly map: number;
  readonly reduce: number;
}

/** The reading end: one connection, or folder, that holds map output. */
export interface Holder {
  /**
   * Bytes from `offset` on, at most `fetchChunkBytes`; none at the end. Rejects with a
   * MissingOutputError where the holder has no such output, with any other error where the
   * holder does not answer.
   */
  read(partition: PartitionRef, offset: number): Promise<Uint8Array>;
  close(): void;
}

/** The holder answers, and does not have what it was asked for. */
export class MissingOutputError extends Error {
  override readonly name = 'MissingOutputError';
}

/** Map output could not be stored whole: the disk is full, or the store is gone. */
export class UnstoredError extends Error {
  override readonly name = 'UnstoredError';
}

export const storeNames = ['local-disk', 'shared', 'state-server'] as const;

export type StoreName = (typeof storeNames)[number];

/** Where a state server speaks gRPC. */
export interface StateGrpc extends GrpcPlace {
  /** The module that does on this side, loaded only then. */
  readonly client: string;
}

/** What a worker must know of the store; crosses the wire. */
export type StoreConfig =
  | { readonly type: 'local-disk' }
  | { readonly type: 'shared'; readonly folder: string }
  | {
      readonly type: 'state-server';
      readonly address: string;
      /** Set: the job's only keys; its map output goes into their counters. */
      readonly counterKeys?: readonly string[];
      /** Set: those counters are reached over gRPC. */
      readonly grpc?: StateGrpc;
    };

/** True: what a completed map task has stored is still there when its worker is lost. */
export function survivesWorkers(name: StoreName): boolean {
  return name !== 'local-disk';
}

/** Where readers find all map output; undefined: each worker serves its own. */
export function addressOfStore(config: StoreConfig): string | undefined {
  if (config.type === 'shared') return `folder:${config.folder}`;
  if (config.type === 'state-server') return `state:${config.address}`;
  return undefined;
}
