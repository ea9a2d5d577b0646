/**
 * Faults as data: which worker is to be killed, and at which logical moment. The plan knows
 * no clock and no process; the scheduler finds the moment, the master sends the signal.
 */

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

/** How many map tasks a worker must still start until its moment can come. */
export function mapStartsUntilFault(
  completedMaps: number,
  isRunningMap: boolean,
): number {
  if (completedMaps > 0) return isRunningMap ? 0 : 1;
  return isRunningMap ? 1 : 2;
}

export function describeFault({ worker, fraction }: Fault): string {
  const percent = Math.round(100 * fraction);
  return `kill worker ${worker} (SIGKILL) when it has completed a map task and is ${percent} % into another`;
}

/** A well-mixed number from 0 to 1 for each pair. Source: the 32-bit finaliser of MurmurHash3. */
function drawFraction(seed: number, worker: number): number {
  let hash = Math.imul(seed ^ Math.imul(worker, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
