/**
 * Faults as data: which worker is to be killed, and at which logical moment. The plan knows
 * no clock and no process; the scheduler finds the moment, the master sends the signal.
 */
import type { SchedulerState, WorkerState } from './scheduler-state.ts';

/**
 * SIGKILL for a worker that has completed at least one map task and is in the middle of
 * another. So both kinds of re-execution happen: of running and of completed work.
 */
export interface Fault {
  readonly type: 'kill-worker';
  readonly worker: number;
  /** How far into the split of the second map task, 0 to 1. */
  readonly fraction: number;
}

export type FaultPlan = readonly Fault[];

/** One fault per worker; the same seed gives the same plan. */
export function planKills(workers: readonly number[], seed: number): FaultPlan {
  return [...new Set(workers)].map((worker) => ({
    type: 'kill-worker',
    worker,
    fraction: 0.1 + 0.8 * drawFraction(seed, worker),
  }));
}

export function describeFault({ worker, fraction }: Fault): string {
  const percent = Math.round(100 * fraction);
  return `SIGKILL to worker ${worker}, at ${percent} % of a map task, with another one completed`;
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
    if (!other.pendingFault || other.status === 'lost' || other.id === worker.id)
      continue;
    if (worker.pendingFault && worker.id < other.id) continue;
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

/** A well-mixed number from 0 to 1 for each pair. Source: the 32-bit finaliser of MurmurHash3. */
function drawFraction(seed: number, worker: number): number {
  let hash = Math.imul(seed ^ Math.imul(worker, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
