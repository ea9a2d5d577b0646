/**
 * What the master knows about tasks, attempts and workers: plain data, changed by the
 * scheduler alone.
 *
 * Source: OSDI '04, section 3.2, "Master Data Structures".
 */
import type { TaskKind, TaskOutput, TaskRef } from './events.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';

export interface Task extends TaskRef {
  status: 'idle' | 'in-progress' | 'completed';
  /** The attempt that runs now; a completion by any other one is ignored. */
  attempt: number | undefined;
  /** Set exactly while the task is completed. */
  accepted: { attempt: number; worker: number; output: TaskOutput } | undefined;
  /** Attempts that failed by the job's own fault. */
  failures: number;
  /** True: work on it was lost, so that its next attempt is a re-execution. */
  wasLost: boolean;
  /** How often one of its attempts could not read all of its input. */
  inputLosses: number;
}

/** One execution of a task; its id is its index in `attempts` and never used again. */
export interface Attempt {
  readonly id: number;
  readonly task: Task;
  readonly worker: number;
  readonly startedMs: number;
  /** True once somebody has been told that it takes long. */
  isReportedSlow: boolean;
}

export interface WorkerState {
  readonly id: number;
  /** A lost worker stays lost. The master cannot know whether it is dead. */
  status: 'starting' | 'registered' | 'lost';
  /** The attempt it was given and has not ended. */
  attempt: number | undefined;
  lastHeardMs: number;
  /** What the plan has in store for this worker, until its moment has come. */
  pendingFault: Fault | undefined;
}

export interface SchedulerState {
  readonly maps: readonly Task[];
  readonly reduces: readonly Task[];
  readonly attempts: Attempt[];
  readonly workers: Map<number, WorkerState>;
  readonly lostAfterMs: number;
  readonly startWithinMs: number;
  readonly maxFailures: number;
  readonly faults: FaultPlan;
  readonly waitForWorkersMs: number | undefined;
  /** Since when there has been no worker at all; undefined: there is one. */
  aloneSinceMs: number | undefined;
  /** When the master last looked at the clock; a long gap means that it was away itself. */
  lastTickMs: number;
  /** True from the moment all maps are completed until one of them is lost. */
  isBarrierOpen: boolean;
  outcome: 'running' | 'completed' | 'failed';
}

export interface SchedulerOptions {
  readonly mapTasks: number;
  readonly reduceTasks: number;
  /** Ids of the workers that were started and will register. */
  readonly workers: readonly number[];
  /** A registered worker not heard of for this many milliseconds is lost. */
  readonly lostAfterMs: number;
  /** A worker that has not registered after this many milliseconds is lost. */
  readonly startWithinMs: number;
  /** The job fails when one task has failed this often. */
  readonly maxFailures: number;
  readonly faults: FaultPlan;
  /** Workers may join: without any the run waits so many milliseconds before it fails. */
  readonly waitForWorkersMs?: number | undefined;
}

export function createState(options: SchedulerOptions, nowMs: number): SchedulerState {
  const state: SchedulerState = {
    maps: createTasks('map', options.mapTasks),
    reduces: createTasks('reduce', options.reduceTasks),
    attempts: [],
    workers: new Map(),
    lostAfterMs: options.lostAfterMs,
    startWithinMs: options.startWithinMs,
    maxFailures: options.maxFailures,
    faults: options.faults,
    waitForWorkersMs: options.waitForWorkersMs,
    aloneSinceMs: undefined,
    lastTickMs: nowMs,
    isBarrierOpen: false,
    outcome: 'running',
  };
  for (const id of options.workers) addWorker(state, id, nowMs);
  return state;
}

/** A worker that is expected to register. */
export function addWorker(
  { workers, faults }: SchedulerState,
  id: number,
  nowMs: number,
): void {
  workers.set(id, {
    id,
    status: 'starting',
    attempt: undefined,
    lastHeardMs: nowMs,
    pendingFault: faults.find(({ worker }) => worker === id),
  });
}

/** An id that no worker has had. */
export function nextWorkerId({ workers }: SchedulerState): number {
  return Math.max(0, ...workers.keys()) + 1;
}

function createTasks(kind: TaskKind, count: number): Task[] {
  return Array.from({ length: count }, (_, index) => ({
    kind,
    index,
    status: 'idle',
    attempt: undefined,
    accepted: undefined,
    failures: 0,
    wasLost: false,
    inputLosses: 0,
  }));
}

export function refTo({ kind, index }: TaskRef): TaskRef {
  return { kind, index };
}

export function areAllCompleted(tasks: readonly Task[]): boolean {
  return tasks.every(({ status }) => status === 'completed');
}

/** Workers whose fault was planned and has not come: a plan not carried out is no success. */
export function listPendingFaults(state: SchedulerState): number[] {
  return [...state.workers.values()].filter((w) => w.pendingFault).map(({ id }) => id);
}
