/**
 * What crosses the network between master and workers: the args and replies of their RPC
 * methods. Types only, so that one file answers "what do they say to each other?".
 *
 *     worker -> master   Master.Register; Master.Heartbeat, Master.FailpointReached
 *     master -> worker   Worker.RunTask, Worker.CancelTask
 *     worker -> worker   Worker.FetchPartition
 *     worker -> state server   State.PutPartition, State.FetchPartition; the document's
 *                        methods are in stores/state-server.ts
 *
 * and with a worker that was not started by the master, but joined:
 *
 *     worker -> master   Master.Join before all else; Master.ReadCode; Master.RefuseJob;
 *                        Master.FindInput, Master.ReadInput; Master.Leave
 *     master -> worker   Worker.ReadOutput, Worker.End, Worker.Kill
 *
 *     anybody -> master  Master.Status
 *
 * Beside what is written here, the args of every call hold the run's token.
 */
import type { MissingInput, Region, TaskOutput } from './events.ts';
import type { OutputFormat } from './formats.ts';
import type { JobParams } from './job.ts';
import type { Split } from './splits.ts';
import type { PartitionRef, StoreConfig } from './stores/store.ts';
import type { TaskFailure } from './task-failure.ts';

/** What every worker of a run is told about its work. */
export interface WorkConfig {
  readonly params: JobParams;
  readonly reduceTasks: number;
  readonly outputFormat: OutputFormat;
  readonly heartbeatMs: number;
  /** A task whose pairs need more than about so many bytes puts them into files. */
  readonly memoryBytes: number;
  readonly store: StoreConfig;
  /** True: a worker notes which record it maps, and which key it reduces. */
  readonly notesRecords: boolean;
  /** From the fault plan: it takes so many times as long as others. */
  readonly slowness: number;
  /** Which job of the run it is, from 1 on. */
  readonly stage: number;
}

/** The job of one stage: whoever has run another stage's takes up this one first. */
export interface StageWork
  extends Pick<
    WorkerConfig,
    'stage' | 'params' | 'reduceTasks' | 'outputFormat' | 'outputDir' | 'jobModule'
  > {
  /** Of the job's module, for those who must fetch it. */
  readonly code: CodeFacts;
}

/** Where somebody speaks gRPC, and the `.proto` file that says what. */
export interface GrpcPlace {
  readonly address: string;
  readonly proto: string;
}

/** What the process of a worker is told first, as JSON on a pipe of its own. */
export interface WorkerConfig extends WorkConfig {
  readonly worker: number;
  /** Where the master listens, and its process. */
  readonly master: string;
  readonly masterPid: number;
  /** Set: the worker pulls, over gRPC, and there are its master and its definition. */
  readonly grpc?: GrpcPlace | undefined;
  /** Where the worker is to listen, `host:port`, and the host by which others reach it. */
  readonly listen: string;
  readonly reachableAs: string;
  readonly token: string;
  /** The run's folder, for every worker's local disk; gone when the run is over. */
  readonly runDir: string;
  readonly outputDir: string;
  /** True: the run's folder stays when the master is killed. */
  readonly canBeResumed: boolean;
  /** The bundled modules, and what the second one is started by. */
  readonly jobModule: string;
  readonly taskThread: string;
  readonly startCompiled: string;
}

export interface RegisterArgs {
  readonly worker: number;
  readonly pid: number;
  /** Where this worker serves `Worker.RunTask` and `Worker.FetchPartition`. */
  readonly address: string;
}

/** From a worker that the master did not start. */
export interface JoinArgs {
  /** As its user calls it, `worker4`; '': as the master likes. */
  readonly name: string;
  /** Input files on its own disk. */
  readonly holds?: readonly HeldFile[];
}

/** A file by its content; its name only tells which ones to compare. */
export interface HeldFile {
  readonly name: string;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

/** All that a worker must know to load the job and register. */
export interface JoinReply extends WorkConfig {
  readonly worker: number;
  readonly name: string;
  readonly code: Readonly<Record<CodeName, CodeFacts>>;
  readonly lostAfterMs: number;
}

/** The modules that cross the network. */
export type CodeName = 'job' | 'taskThread';

export interface CodeFacts {
  /** What the module's name ends with: it says how to load it. */
  readonly extension: '.cjs' | '.mjs';
  readonly bytes: number;
  readonly crc32: number;
  /** SHA-256, in hex: what was executed is what was sent. */
  readonly fingerprint: string;
}

/** Of a stage that may be over when it is read. */
export interface ReadCodeArgs {
  readonly stage: number;
  readonly code: CodeName;
  readonly offset: number;
}

/** The file in which the split of a map task is. Nothing else can be asked for. */
export interface FindInputArgs {
  readonly map: number;
}

export interface FindInputReply {
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Set where somebody holds a file that may be the same. */
  readonly sha256?: string | undefined;
}

export interface ReadInputArgs {
  readonly map: number;
  readonly offset: number;
  readonly length: number;
}

/** One of the files that this worker's reduce attempts have written. */
export interface ReadOutputArgs {
  readonly file: string;
  readonly offset: number;
}

export interface FileChunk {
  /** Base64; at most `fetchChunkBytes` bytes. '' at the end of the file. */
  readonly data: string;
}

export interface EndArgs {
  readonly outcome: 'completed' | 'failed' | 'aborted';
}

export interface LeaveArgs {
  readonly worker: number;
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
  /** Where bad records begin: they are left out. */
  readonly skip?: readonly number[];
  /** Sleep so long first. */
  readonly delayMs: number;
  /** Take so many times as long, apart from what the worker was told of itself. */
  readonly slowness?: number;
  /** Stand still at the first record from this offset on, say so, and wait for the end. */
  readonly failpointOffset?: number;
  /** Set in a run of several stages. */
  readonly work?: StageWork;
}

/** Where one map task's part of a reduce task's input is, and what it must look like. */
export interface PartitionSource extends Region {
  readonly map: number;
  readonly attempt: number;
  /** A worker's, the state server's or a folder's: see stores/holder.ts. */
  readonly address: string;
  /** Opens that worker's ports. */
  readonly token?: string;
}

export interface ReduceTaskArgs {
  readonly kind: 'reduce';
  readonly attempt: number;
  readonly reduce: number;
  /** In the order of the map tasks; empty regions are left out. */
  readonly sources: readonly PartitionSource[];
  /** Bad keys: they are left out. */
  readonly skip?: readonly string[];
  /** Sleep so long first. */
  readonly delayMs: number;
  /** Take so many times as long, apart from what the worker was told of itself. */
  readonly slowness?: number;
  /** Stand still when a key has been reduced, say so, and wait for the end. */
  readonly hasFailpoint: boolean;
  /** Set in a run of several stages. */
  readonly work?: StageWork;
}

export type RunTaskArgs = MapTaskArgs | ReduceTaskArgs;

export type RunTaskReply =
  | { readonly outcome: 'completed'; readonly output: TaskOutput }
  | { readonly outcome: 'cancelled' }
  /** The worker cannot load the job of the task's stage. */
  | { readonly outcome: 'refused'; readonly why: string }
  | { readonly outcome: 'failed'; readonly failure: TaskFailure }
  | { readonly outcome: 'inputs-missing'; readonly missing: readonly MissingInput[] };

export interface CancelTaskArgs {
  readonly attempt: number;
}

export interface FetchPartitionArgs extends PartitionRef {
  /** First byte wanted. */
  readonly offset: number;
  readonly token: string | undefined;
}

export interface FetchPartitionReply {
  /** Bytes from `offset` on, at most `fetchChunkBytes` of them; none at the end. */
  readonly data: Uint8Array;
}

/** Bytes of map output in one message: well under a frame's limit. */
export const fetchChunkBytes = 1024 * 1024;
/** How long a worker waits for the master's answer while it joins, in milliseconds. */
export const joinTimeoutMs = 30_000;
