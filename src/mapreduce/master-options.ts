/**
 * What a master must be told to run a job, and what it says at the end.
 */
import type { CallEvent, RequestEvent } from '../rpc/index.ts';
import type { BackupPolicy } from './backup-policy.ts';
import type { SkipRule } from './bad-records.ts';
import type { Bundle, Transport } from './bundle.ts';
import type {
  CompletedTask,
  FaultInjected,
  MapOutput,
  ReduceOutput,
  StreamEntry,
  TaskKind,
} from './events.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { OutputFormat } from './formats.ts';
import type { JobParams } from './job.ts';
import type { Spares } from './spares.ts';
import type { Split } from './splits.ts';
import type { RunStatus } from './status.ts';
import type { RunStore } from './stores/run-store.ts';
import type { TaskFailure } from './task-failure.ts';

export interface MasterOptions {
  /** Where the processes of its workers come from. */
  readonly spares: Spares;
  readonly bundle: Bundle;
  /** An existing folder for the workers' local disks; its owner removes it after the run. */
  readonly runDir: string;
  readonly outputDir: string;
  readonly params: JobParams;
  readonly splits: readonly Split[];
  /** Of a run of several: which one, from 1 on. */
  readonly stage?: number | undefined;
  /**
   * Of a stage that reads the output of another: which of those files are not, or no longer,
   * what was written. Asked when a map attempt has failed.
   */
  readonly findLostInputs?: (() => Promise<readonly number[]>) | undefined;
  readonly reduceTasks: number;
  /** Undefined: key-value. */
  readonly outputFormat?: OutputFormat;
  readonly workers: number;
  readonly faults: FaultPlan;
  /** Where map output lives. */
  readonly store: RunStore;
  readonly heartbeatMs: number;
  /** For the pairs of one task, about; the rest goes to files. */
  readonly memoryBytes: number;
  readonly lostAfterMs: number;
  /** How often the scheduler looks at the clock. */
  readonly checkMs?: number;
  readonly chooseBackup?: BackupPolicy;
  /** Workers that run tasks of one kind only. */
  readonly roles?: ReadonlyMap<number, TaskKind>;
  /** An attempt that takes longer may have a process started beside it. */
  readonly timeoutsMs?: Readonly<Record<TaskKind, number>>;
  /** How many processes may take the place of lost ones. */
  readonly maxReplacements?: number;
  readonly maxFailures: number;
  /** Set: bad records are skipped, up to a number of them. */
  readonly skipBadRecords?: SkipRule;
  /** `host:port` for the workers; other machines reach it only if the host is not local. */
  readonly listen: string;
  /** How the master's own workers get their tasks; without it pushed, as JSON. */
  readonly transport?: Transport;
  /** Opens every port of the run. */
  readonly token: string;
  /** Set: others may join, and the run waits so long while it has no worker. */
  readonly waitForWorkersMs: number | undefined;
  /** Told once, with an address by which the master is reached. */
  readonly onListening: (address: string) => void;
  /** Asked by whoever calls `Master.Status`. */
  readonly describeStatus: () => RunStatus;
  /** What need not be executed, and the address of the map output among it. */
  readonly completed?: readonly (CompletedTask & { readonly address?: string })[];
  readonly firstAttempt?: number;
  /** Keeps accepted map output beyond the run; returns where it is from then on. */
  readonly keepMapOutput?: (
    map: number,
    attempt: number,
    output: MapOutput,
  ) => string | undefined;
  /** Told of each output file as soon as it has its name. */
  readonly keepReduceOutput?: (
    reduce: number,
    attempt: number,
    output: ReduceOutput,
  ) => void;
  /** True: what the run has made stays where it is when its master is killed. */
  readonly canBeResumed?: boolean;
  /** Told once, when the run has started: by this a fault of no plan comes into it. */
  readonly onInjectable?: (inject: (fault: FaultInjected) => void) => void;
  /** Sees everything that happens and is decided, in order. */
  readonly onEntry: (entry: StreamEntry) => void;
  /** Sees what the job's own code and the workers print. */
  readonly onWorkerLine: (worker: number, line: string) => void;
  /** Sees the master's own calls: those that reach it, and those to each worker. */
  readonly observe?: CallObservers | undefined;
  /** Ends the run early; the outcome is then 'aborted'. */
  readonly signal: AbortSignal;
}

export interface CallObservers {
  readonly server: (event: RequestEvent) => void;
  readonly worker: (worker: number) => (event: CallEvent) => void;
}

/** How a stage ends, or the run. */
export type RunOutcome =
  | { readonly status: 'completed'; readonly unmetFaults: readonly number[] }
  | { readonly status: 'failed'; readonly why: string; readonly failure?: TaskFailure }
  /** It waits: these output files of the stage before must be made again. */
  | { readonly status: 'input-lost'; readonly outputs: readonly number[] }
  | { readonly status: 'aborted' };
