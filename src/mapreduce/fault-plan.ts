/**
 * Faults as data: which worker is to be killed, and at which logical moment; which is slow;
 * how many attempts of a hundred crash or straggle. The plan knows no clock and no process;
 * the scheduler finds the moment, the master sends the signal. Chance is a pure function of
 * the seed, so the same seed gives the same plan.
 */
import type { TaskKind, TaskRef } from './events.ts';
import type { SchedulerState, WorkerState } from './scheduler-state.ts';

/**
 * SIGKILL for a worker that has completed at least one map task and is in the middle of
 * another. So both kinds of re-execution happen: of running and of completed work.
 */
export interface KillWorker {
  readonly type: 'kill-worker';
  readonly worker: number;
  /** How far into the split of the second map task, 0 to 1. */
  readonly fraction: number;
}

/** A straggler: all that it computes takes it `factor` times as long as others. */
export interface SlowWorker {
  readonly type: 'slow-worker';
  readonly worker: number;
  readonly factor: number;
}

/** SIGKILL in the middle of so many attempts of a hundred. */
export interface CrashAttempts {
  readonly type: 'crash-attempts';
  readonly percent: number;
  readonly seed: number;
  /** Undefined: of both kinds. */
  readonly kind?: TaskKind;
}

/** So many attempts of a hundred sleep before they begin. */
export interface DelayAttempts {
  readonly type: 'delay-attempts';
  readonly percent: number;
  readonly delayMs: number;
  readonly seed: number;
  /** Undefined: of both kinds. */
  readonly kind?: TaskKind;
}

export type Fault = KillWorker | SlowWorker | CrashAttempts | DelayAttempts;

export type FaultPlan = readonly Fault[];

/** One kill per worker. */
export function planKills(workers: readonly number[], seed: number): KillWorker[] {
  return [...new Set(workers)].map((worker) => ({
    type: 'kill-worker',
    worker,
    fraction: 0.1 + 0.8 * drawFraction(seed, worker),
  }));
}

export function describeFault(fault: Fault): string {
  switch (fault.type) {
    case 'kill-worker': {
      const percent = Math.round(100 * fault.fraction);
      return `SIGKILL to worker ${fault.worker}, at ${percent} % of a map task, with another one completed`;
    }
    case 'slow-worker':
      return `worker ${fault.worker} computes ${fault.factor} times as slowly as the others`;
    case 'crash-attempts':
      return `SIGKILL to the worker in the middle of ${shareOf(fault)}`;
    case 'delay-attempts':
      return `${shareOf(fault)} begin with ${fault.delayMs} ms of sleep`;
  }
}

function shareOf({ percent, kind }: CrashAttempts | DelayAttempts): string {
  return `${percent} % of the ${kind === undefined ? '' : `${kind} `}attempts`;
}

/** How much slower than others a worker is. */
export function slownessOf(faults: FaultPlan, worker: number): number {
  for (const fault of faults) {
    if (fault.type === 'slow-worker' && fault.worker === worker) return fault.factor;
  }
  return 1;
}

/** What chance has in store for one attempt. */
export interface Fate {
  /** Set: its worker is killed when it is so far, 0 to 1. */
  readonly crashAt: number | undefined;
  readonly delayMs: number;
}

/** The fate of the task's attempt number `start`, on whichever worker and whenever it runs. */
export function fateOf(faults: FaultPlan, task: TaskRef, start: number): Fate {
  let crashAt: number | undefined;
  let delayMs = 0;
  const kindNumber = task.kind === 'map' ? 0 : 1;
  for (const fault of faults) {
    if (fault.type !== 'crash-attempts' && fault.type !== 'delay-attempts') continue;
    if (fault.kind !== undefined && fault.kind !== task.kind) continue;
    const die = fault.type === 'crash-attempts' ? 1 : 2;
    const draw = drawFraction(fault.seed, die, kindNumber, task.index, start);
    if (100 * draw >= fault.percent) continue;
    // Given that it is below `percent`, the draw is a fair one of the moment, too.
    if (fault.type === 'crash-attempts') crashAt = (100 * draw) / fault.percent;
    else delayMs = fault.delayMs;
  }
  return { crashAt, delayMs };
}

/**
 * Idle map tasks kept back from `worker` because a doomed worker needs them to meet its fate:
 * on a busy machine it might otherwise get none. One that has done nothing yet needs two (one
 * to complete, one to be killed in), one that runs its first or has completed it needs one.
 * Doomed workers come first in order of their ids, so two of them never wait for each other.
 */
export function countKeptBack(state: SchedulerState, worker: WorkerState): number {
  let kept = 0;
  for (const other of state.workers.values()) {
    if (!other.pendingKill || other.status === 'lost' || other.id === worker.id) continue;
    if (worker.pendingKill && worker.id < other.id) continue;
    const attempt =
      other.attempt === undefined ? undefined : state.attempts[other.attempt];
    const isRunningMap = attempt?.task.kind === 'map';
    const stored = countStored(state, other.id);
    kept += mapStartsUntilFault(stored, isRunningMap);
  }
  return kept;
}

/** How many map tasks a worker must still start until its moment can come. */
function mapStartsUntilFault(completedMaps: number, isRunningMap: boolean): number {
  if (completedMaps > 0) return isRunningMap ? 0 : 1;
  return isRunningMap ? 1 : 2;
}

/** Completed map tasks whose output is on this worker's disk. */
export function countStored(state: SchedulerState, worker: number): number {
  return state.maps.filter(({ accepted }) => accepted?.worker === worker).length;
}

/**
 * A well-mixed number from 0 to 1 for each sequence of numbers.
 * Source: the 32-bit finaliser of MurmurHash3, once for each number.
 */
function drawFraction(seed: number, ...numbers: readonly number[]): number {
  let hash = seed;
  for (const number of numbers) {
    hash = Math.imul(hash ^ Math.imul(number, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return (hash >>> 0) / 2 ** 32;
}
