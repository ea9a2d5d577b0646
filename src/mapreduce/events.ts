/**
 * What happens in a run and what is decided about it: the input and the output of the
 * scheduler, and together the one stream that the terminal, the summary and the tests read.
 * Types only.
 */
import type { NotedRecord } from './record-note.ts';
import type { SkippedKey, SkippedRecord } from './task.ts';
import type { Counter } from './task-counters.ts';
import type { TaskFailure } from './task-failure.ts';

export type TaskKind = 'map' | 'reduce';

/** Map task 3 is `{ kind: 'map', index: 3 }`. */
export interface TaskRef {
  readonly kind: TaskKind;
  readonly index: number;
}

/** One partition of one map task's output, as its reader must find it. */
export interface Region {
  readonly bytes: number;
  readonly crc32: number;
}

/** What a completed map attempt says of itself; one region per reduce task. */
export interface MapOutput {
  readonly kind: 'map';
  readonly records: number;
  readonly pairs: number;
  readonly skipped?: readonly SkippedRecord[];
  readonly counters?: readonly Counter[];
  readonly regions: readonly Region[];
  /** Of its input, fetched over the network; undefined: it was read where it lies. */
  readonly movedBytes?: number;
}

/** What a completed reduce attempt says of itself; the master renames `file`. */
export interface ReduceOutput {
  readonly kind: 'reduce';
  readonly file: string;
  readonly bytes: number;
  readonly pairs?: number;
  readonly skipped?: readonly SkippedKey[];
  readonly counters?: readonly Counter[];
  /** Of the file: whoever reads it later can tell whether it is still what was written. */
  readonly crc32?: number;
}

export type TaskOutput = MapOutput | ReduceOutput;

/** A task that was completed before the run began, and needs not be executed again. */
export interface CompletedTask {
  readonly task: TaskRef;
  /** The attempt that did it, in another run. */
  readonly attempt: number;
  readonly output: TaskOutput;
}

/** A map output that a reduce attempt could not use, and whether its holder answered at all. */
export interface MissingInput {
  readonly map: number;
  readonly attempt: number;
  readonly problem: 'unreachable' | 'damaged';
}

/** Somebody who watches the run wishes a fault that is in no plan. */
export interface FaultInjected {
  readonly type: 'fault-injected';
  readonly worker: number;
  /** `slow`: from its next task on. */
  readonly fault: 'kill' | 'slow';
}

/** What happened. The scheduler is told nothing else. */
export type RunEvent =
  /** Before everything else; a later stage has no workers that an earlier one has lost. */
  | {
      readonly type: 'run-started';
      readonly lostWorkers?: readonly number[];
      /** How many a stage has: of a later one that is known when its input is there. */
      readonly tasks?: Readonly<Record<TaskKind, number>>;
    }
  /** It was not started by the master: it came, and has been admitted. */
  | {
      readonly type: 'worker-joined';
      readonly worker: number;
      readonly name: string;
      /** The map tasks whose input is on its own disk; undefined: none. */
      readonly holds?: readonly number[];
    }
  | { readonly type: 'worker-registered'; readonly worker: number; readonly pid: number }
  | { readonly type: 'heartbeat'; readonly worker: number }
  | {
      readonly type: 'worker-disconnected';
      readonly worker: number;
      readonly why: string;
      /** What it was mapping or reducing, where that is known. */
      readonly noted?: NotedRecord | undefined;
    }
  | {
      readonly type: 'attempt-completed';
      readonly attempt: number;
      readonly output: TaskOutput;
    }
  | {
      readonly type: 'attempt-failed';
      readonly attempt: number;
      readonly failure: TaskFailure;
    }
  | {
      readonly type: 'inputs-missing';
      readonly attempt: number;
      readonly missing: readonly MissingInput[];
    }
  /** Of a later stage: these output files of the stage before are not what they were. */
  | {
      readonly type: 'input-lost';
      readonly attempt: number;
      readonly outputs: readonly number[];
    }
  /** It goes on, with these workers: after waiting for its input, or to make output again. */
  | {
      readonly type: 'stage-reopened';
      readonly lostOutputs: readonly number[];
      readonly workers: readonly number[];
      readonly lostWorkers: readonly number[];
      readonly nextAttempt: number;
    }
  /** The worker has stopped the attempt, as it was told, and is free. */
  | { readonly type: 'attempt-cancelled'; readonly attempt: number }
  | { readonly type: 'failpoint-reached'; readonly attempt: number }
  /** The worker could not load the job, or the job refuses its params. */
  | { readonly type: 'job-refused'; readonly worker: number; readonly why: string }
  | FaultInjected
  | { readonly type: 'tick' };

/** A task that is idle again, and what it was before. */
export interface Requeued {
  readonly task: TaskRef;
  readonly was: 'in-progress' | 'completed';
}

/** Why a task was started a second time while its first attempt runs. */
export interface BackupReason {
  /** Where the straggler is. */
  readonly worker: number;
  readonly runningMs: number;
  /** Of the phase's accepted attempts; undefined while there are none. */
  readonly medianMs: number | undefined;
  /** True: its worker's heartbeats are missing. */
  readonly isSilent: boolean;
}

/** What is decided. Those that need a deed are carried out by the master; all are told. */
export type Decision =
  | {
      readonly type: 'start-attempt';
      readonly attempt: number;
      readonly task: TaskRef;
      readonly worker: number;
      /** True: an earlier attempt's work was lost. */
      readonly isReExecution: boolean;
      /** Set: a backup task. */
      readonly backup: BackupReason | undefined;
      /** Set: the fault plan ends this attempt so far into its input, 0 to 1. */
      readonly failpointFraction: number | undefined;
      /** The fault plan lets it sleep so long first. */
      readonly delayMs: number;
    }
  /** Completed before the run began: by an earlier job, or under an earlier master. */
  | {
      readonly type: 'reuse';
      readonly attempt: number;
      readonly task: TaskRef;
      readonly output: TaskOutput;
    }
  | {
      readonly type: 'accept';
      readonly attempt: number;
      readonly task: TaskRef;
      readonly worker: number;
      readonly output: TaskOutput;
      readonly isBackup: boolean;
    }
  /** Another attempt of the task has won. */
  | {
      readonly type: 'cancel-attempt';
      readonly attempt: number;
      readonly task: TaskRef;
      readonly worker: number;
      readonly isBackup: boolean;
    }
  | {
      readonly type: 'ignore';
      readonly attempt: number;
      readonly task: TaskRef;
      readonly worker: number;
      readonly output: TaskOutput;
    }
  | {
      readonly type: 'retry';
      readonly attempt: number;
      readonly task: TaskRef;
      readonly worker: number;
      readonly failure: TaskFailure;
      /** True: another attempt of the task runs on; else it waits for its next one. */
      readonly isStillRunning: boolean;
    }
  /** It is bad: the task's next attempts leave it out. */
  | {
      readonly type: 'skip-record';
      readonly task: TaskRef;
      readonly offset: number;
      readonly error: string;
    }
  /** The same of a reduce task, whose input is keys. */
  | {
      readonly type: 'skip-key';
      readonly task: TaskRef;
      readonly key: string;
      readonly error: string;
    }
  /** A new process is to take the place of a lost one, or to run beside a late one. */
  | {
      readonly type: 'start-worker';
      readonly worker: number;
      readonly replaces: number;
      /** True: that one is not lost, but has exceeded its timeout. */
      readonly isBeside?: true;
    }
  | {
      readonly type: 'kill-worker';
      readonly worker: number;
      /** Undefined: it is idle. */
      readonly attempt: number | undefined;
      readonly task: TaskRef | undefined;
    }
  | {
      readonly type: 'worker-lost';
      readonly worker: number;
      readonly why: string;
      readonly requeued: readonly Requeued[];
    }
  | {
      readonly type: 'inputs-lost';
      readonly task: TaskRef;
      readonly worker: number;
      readonly requeued: readonly Requeued[];
    }
  /** Nothing is done about it; somebody may wonder why nothing happens. */
  | {
      readonly type: 'attempt-slow';
      readonly attempt: number;
      readonly task: TaskRef;
      readonly worker: number;
      readonly runningMs: number;
    }
  | { readonly type: 'phase-completed'; readonly phase: TaskKind }
  /** The stage waits for output files of the one before; nothing of it runs meanwhile. */
  | {
      readonly type: 'suspend-stage';
      readonly outputs: readonly number[];
      readonly cancelled: readonly {
        readonly attempt: number;
        readonly worker: number;
      }[];
    }
  /** What has to be made again because output files were lost after the stage was over. */
  | {
      readonly type: 'reopen-stage';
      readonly lostOutputs: readonly number[];
      readonly requeued: readonly Requeued[];
    }
  | { readonly type: 'complete-job' }
  | { readonly type: 'fail-job'; readonly why: string; readonly failure?: TaskFailure };

/** One entry of the stream; `atMs` counts from the start of the run. */
export type StreamEntry = {
  readonly atMs: number;
  /** Of which stage it is, from 1 on; undefined: there is only one. */
  readonly stage?: number | undefined;
} & (RunEvent | Decision);
