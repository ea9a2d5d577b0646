/**
 * What crosses the network between master and workers: the args and replies of their RPC
 * methods. Types only, so that one file answers "what do they say to each other?".
 *
 *     worker -> master   Master.Register or Master.RefuseJob; Master.Heartbeat,
 *                        Master.FailpointReached
 *     master -> worker   Worker.RunTask, Worker.CancelTask
 *     worker -> worker   Worker.FetchPartition
 *     worker -> state server   State.PutPartition, State.FetchPartition; the document's
 *                        methods are in stores/state-server.ts
 */
import type { MissingInput, Region, TaskOutput } from './events.ts';
import type { JobParams } from './job.ts';
import type { Split } from './splits.ts';
import type { PartitionRef, StoreConfig } from './stores/store.ts';
import type { TaskFailure } from './task.ts';

/** Given to a worker process at its start, as JSON in its first argument. */
export interface WorkerConfig {
  readonly worker: number;
  /** Where the master listens, and its process. */
  readonly master: string;
  readonly masterPid: number;
  /** The run's folder, for every worker's local disk; gone when the run is over. */
  readonly runDir: string;
  readonly outputDir: string;
  readonly store: StoreConfig;
  /** The bundled modules. */
  readonly jobModule: string;
  readonly taskThread: string;
  readonly params: JobParams;
  readonly reduceTasks: number;
  readonly heartbeatMs: number;
  /** A task whose pairs need more than about so many bytes puts them into files. */
  readonly memoryBytes: number;
  /** From the fault plan: it takes so many times as long as others. */
  readonly slowness: number;
}

export interface RegisterArgs {
  readonly worker: number;
  readonly pid: number;
  /** Where this worker serves `Worker.RunTask` and `Worker.FetchPartition`. */
  readonly address: string;
}

export interface RefuseJobArgs {
  readonly worker: number;
  readonly why: string;
}

export interface HeartbeatArgs {
  readonly worker: number;
}

export interface FailpointArgs {
  readonly attempt: number;
}

export interface MapTaskArgs {
  readonly kind: 'map';
  readonly attempt: number;
  readonly map: number;
  readonly split: Split;
  /** Sleep so long first. */
  readonly delayMs: number;
  /** Stand still at the first record from this offset on, say so, and wait for the end. */
  readonly failpointOffset?: number;
}

/** Where one map task's part of a reduce task's input is, and what it must look like. */
export interface PartitionSource extends Region {
  readonly map: number;
  readonly attempt: number;
  /** A worker's, the state server's or a folder's: see stores/holder.ts. */
  readonly address: string;
}

export interface ReduceTaskArgs {
  readonly kind: 'reduce';
  readonly attempt: number;
  readonly reduce: number;
  /** In the order of the map tasks; empty regions are left out. */
  readonly sources: readonly PartitionSource[];
  /** Sleep so long first. */
  readonly delayMs: number;
  /** Stand still when a key has been reduced, say so, and wait for the end. */
  readonly hasFailpoint: boolean;
}

export type RunTaskArgs = MapTaskArgs | ReduceTaskArgs;

export type RunTaskReply =
  | { readonly outcome: 'completed'; readonly output: TaskOutput }
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'failed'; readonly failure: TaskFailure }
  | { readonly outcome: 'inputs-missing'; readonly missing: readonly MissingInput[] };

export interface CancelTaskArgs {
  readonly attempt: number;
}

export interface FetchPartitionArgs extends PartitionRef {
  /** First byte wanted. */
  readonly offset: number;
}

export interface FetchPartitionReply {
  /** Bytes from `offset` on, at most `fetchChunkBytes` of them; none at the end. */
  readonly data: Uint8Array;
}

/** Bytes of map output in one message: well under a frame's limit. */
export const fetchChunkBytes = 1024 * 1024;
