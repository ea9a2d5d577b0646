/**
 * What the master knows about tasks, attempts and workers: plain data, changed by the
 * scheduler alone.
 *
 * Source: OSDI '04, section 3.2, "Master Data Structures".
 */

import { type BackupPolicy, noBackups } from './backup-policy.ts';
import type { SkipRule, Suspect } from './bad-records.ts';
import type { CompletedTask, TaskKind, TaskOutput, TaskRef } from './events.ts';
import type { FaultPlan, KillWorker } from './fault-plan.ts';

export interface Task extends TaskRef {
  status: 'idle' | 'in-progress' | 'completed';
  /**
   * The attempts that run now, the backup last: empty unless the task is in progress. A
   * completion by any other attempt is ignored.
   */
  running: Attempt[];
  /** Set exactly while the task is completed. */
  accepted: { attempt: number; worker: number; output: TaskOutput } | undefined;
  /** How often it was started. */
  starts: number;
  /** Attempts that failed by the job's own fault. */
  failures: number;
  /** True: work on it was lost, so that its next attempt is a re-execution. */
  wasLost: boolean;
  /** How often one of its attempts could not read all of its input. */
  inputLosses: number;
  /** Records that attempts have ended on, by where they begin; of a reduce task, keys. */
  readonly suspects: Map<number | string, Suspect>;
}

/** One execution of a task; its id is its index in `attempts` and never used again. */
export interface Attempt {
  readonly id: number;
  readonly task: Task;
  readonly worker: number;
  readonly startedMs: number;
  readonly isBackup: boolean;
  /** True: the fault plan kills its worker as soon as it stands at its failpoint. */
  readonly isDoomed: boolean;
  /** True once somebody has been told that it takes long. */
  isReportedSlow: boolean;
  /** True once a process was started because it exceeded its timeout. */
  hasSubstitute: boolean;
}

export interface WorkerState {
  readonly id: number;
  /** True: the master started its process, and can start another in its place. */
  readonly isOurs: boolean;
  /** The map tasks whose input is on its own disk; undefined: all, it is the master's. */
  holds: ReadonlySet<number> | undefined;
  /** The kind of tasks that it runs; undefined: both. Its replacement has the same. */
  readonly role: TaskKind | undefined;
  /** A lost worker stays lost. The master cannot know whether it is dead. */
  status: 'starting' | 'registered' | 'lost';
  /** The attempt it was given and has not ended, be it cancelled or not. */
  attempt: number | undefined;
  lastHeardMs: number;
  /** True: it was sent SIGKILL; its loss will be noticed in a moment. */
  isKilled: boolean;
  /** What the plan has in store for this worker, until its moment has come. */
  pendingKill: KillWorker | undefined;
  /** How many times as long its next attempts take, apart from what the plan says. */
  slowness: number;
}

/** What the options say and no event changes. */
export type Rules = Required<
  Omit<
    SchedulerOptions,
    'mapTasks' | 'reduceTasks' | 'workers' | 'lostWorkers' | 'completed' | 'firstAttempt'
  >
>;

export interface SchedulerState {
  readonly rules: Rules;
  readonly maps: readonly Task[];
  readonly reduces: readonly Task[];
  readonly attempts: Attempt[];
  readonly workers: Map<number, WorkerState>;
  /** By worker, for each reduce task: bytes of its input that lie on the worker's disk. */
  readonly heldBytes: Map<number, number[]>;
  /** How long each accepted attempt took. */
  readonly durationsMs: Readonly<Record<TaskKind, number[]>>;
  /** Processes started in the place of lost ones. */
  replacements: number;
  /** How often a completed map task was lost with its worker. */
  lostOutputs: number;
  /** Records and keys that are known to be bad. */
  skippedRecords: number;
  /** Since when there has been no worker at all; undefined: there is one. */
  aloneSinceMs: number | undefined;
  /** When the master last looked at the clock; a long gap means that it was away itself. */
  lastTickMs: number;
  /** True from the moment all maps are completed until one of them is lost. */
  isBarrierOpen: boolean;
  /** A suspended stage waits for its input to be made again. */
  outcome: 'running' | 'completed' | 'failed' | 'suspended';
}

export interface SchedulerOptions {
  readonly mapTasks: number;
  readonly reduceTasks: number;
  /** Ids of the workers that were started and will register. */
  readonly workers: readonly number[];
  /** Those that an earlier stage has lost: they stay lost. */
  readonly lostWorkers?: readonly number[];
  /** A registered worker not heard of for this many milliseconds is lost. */
  readonly lostAfterMs: number;
  /** One not heard of for so long gets no new task; what it runs may get a backup at once. */
  readonly silentAfterMs?: number;
  /** A worker that has not registered after this many milliseconds is lost. */
  readonly startWithinMs: number;
  /** How often the master looks at the clock, that is, tells of a tick. */
  readonly checkMs?: number;
  /** The job fails when one task has failed this often. */
  readonly maxFailures: number;
  readonly faults: FaultPlan;
  /** True: completed map tasks of a lost worker need not be executed again. */
  readonly outputSurvives?: boolean;
  readonly chooseBackup?: BackupPolicy;
  /** How many processes may be started in the place of lost ones. */
  readonly maxReplacements?: number;
  /** Workers that run tasks of one kind only; without it every worker runs both. */
  readonly roles?: ReadonlyMap<number, TaskKind>;
  /** A worker that takes longer for one attempt gets a substitute, if nobody else is free. */
  readonly timeoutsMs?: Readonly<Record<TaskKind, number>>;
  readonly skipBadRecords?: SkipRule;
  /** Workers may join: without any the run waits so many milliseconds before it fails. */
  readonly waitForWorkersMs?: number | undefined;
  /** What need not be executed, unless its output turns out to be damaged. */
  readonly completed?: readonly CompletedTask[];
  /** The id of the first attempt: greater than those of an earlier master. */
  readonly firstAttempt?: number;
}

/** Stands for whoever completed a task before the run began; never lost. */
export const nobody = 0;

export function createState(options: SchedulerOptions, nowMs: number): SchedulerState {
  const state: SchedulerState = {
    rules: readRules(options),
    maps: createTasks('map', options.mapTasks),
    reduces: createTasks('reduce', options.reduceTasks),
    attempts: new Array(options.firstAttempt ?? 0),
    workers: new Map(),
    heldBytes: new Map(),
    durationsMs: { map: [], reduce: [] },
    replacements: 0,
    lostOutputs: 0,
    skippedRecords: 0,
    aloneSinceMs: undefined,
    lastTickMs: nowMs,
    isBarrierOpen: false,
    outcome: 'running',
  };
  addCrew(state, options.workers, options.lostWorkers ?? [], nowMs);
  for (const { task: ref, attempt, output } of options.completed ?? []) {
    const task = (ref.kind === 'map' ? state.maps : state.reduces)[ref.index];
    if (!task) throw new Error(`there is no ${ref.kind} task ${ref.index}`);
    task.status = 'completed';
    task.accepted = { attempt, worker: nobody, output };
  }
  return state;
}

function readRules(options: SchedulerOptions): Rules {
  const { lostAfterMs, startWithinMs, maxFailures, faults } = options;
  return {
    lostAfterMs,
    silentAfterMs: options.silentAfterMs ?? lostAfterMs / 3,
    startWithinMs,
    checkMs: options.checkMs ?? 0,
    maxFailures,
    faults,
    outputSurvives: options.outputSurvives ?? false,
    chooseBackup: options.chooseBackup ?? noBackups,
    maxReplacements: options.maxReplacements ?? 0,
    roles: options.roles ?? new Map(),
    timeoutsMs: options.timeoutsMs ?? { map: Infinity, reduce: Infinity },
    waitForWorkersMs: options.waitForWorkersMs,
    skipBadRecords: options.skipBadRecords,
  };
}

/** The master's own workers at the beginning of a stage. */
export function addCrew(
  state: SchedulerState,
  workers: readonly number[],
  lostWorkers: readonly number[],
  nowMs: number,
): void {
  for (const id of workers) addWorker(state, id, true, nowMs);
  for (const id of lostWorkers) {
    addWorker(state, id, false, nowMs).status = 'lost';
  }
}

/** A worker that is expected to register. */
export function addWorker(
  { workers, rules }: SchedulerState,
  id: number,
  isOurs: boolean,
  nowMs: number,
  role = rules.roles.get(id),
): WorkerState {
  const worker: WorkerState = {
    id,
    isOurs,
    holds: isOurs ? undefined : new Set(),
    role,
    status: 'starting',
    attempt: undefined,
    lastHeardMs: nowMs,
    isKilled: false,
    pendingKill: rules.faults.find(
      (fault) => fault.type === 'kill-worker' && fault.worker === id,
    ) as KillWorker | undefined,
    slowness: 1,
  };
  workers.set(id, worker);
  return worker;
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
    running: [],
    accepted: undefined,
    starts: 0,
    failures: 0,
    wasLost: false,
    inputLosses: 0,
    suspects: new Map(),
  }));
}

export function refTo({ kind, index }: TaskRef): TaskRef {
  return { kind, index };
}

export function areAllCompleted(tasks: readonly Task[]): boolean {
  return tasks.every(({ status }) => status === 'completed');
}

/** Registered, but its heartbeats are missing: stopped, cut off, or on a starved machine. */
export function isSilent(
  { rules }: SchedulerState,
  { status, lastHeardMs }: WorkerState,
  nowMs: number,
): boolean {
  return status === 'registered' && nowMs - lastHeardMs > rules.silentAfterMs;
}

/** Workers whose fault was planned and has not come: a plan not carried out is no success. */
export function listPendingFaults(state: SchedulerState): number[] {
  return [...state.workers.values()].filter((w) => w.pendingKill).map(({ id }) => id);
}
