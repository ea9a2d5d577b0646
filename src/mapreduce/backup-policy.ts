/**
 * When a straggler gets a backup task: pure functions of what the scheduler tells of the
 * attempts that could get one. What they may not bend (a free worker, no idle task left, one
 * backup per task, never on the same worker) is in `assignment.ts`.
 *
 * Source: OSDI '04, section 3.6; slides, "Straggler".
 */
import type { TaskKind } from './events.ts';
import type { Task } from './scheduler-state.ts';

/** A task with a single attempt, which runs on another worker than the free one. */
export interface BackupCandidate {
  readonly task: Task;
  readonly runningMs: number;
  /** True: the heartbeats of its worker are missing, though not for long enough to be lost. */
  readonly isSilent: boolean;
}

/**
 * Chooses what a free worker shall do a second time, or nothing. `medianMs` is of the
 * accepted attempts of the phase; undefined as long as there are none.
 */
export type BackupPolicy = (
  candidates: readonly BackupCandidate[],
  medianMs: number | undefined,
) => BackupCandidate | undefined;

/**
 * An attempt that takes twice the median is a straggler rather than bad luck: splits are of
 * one size. Waiting for more gains little, for the backup itself takes the median once more,
 * so the phase ends after three medians at best instead of after the straggler.
 */
const slowFactor = 2;

/**
 * Below this an attempt is not slow but the machine busy: the scheduler of an operating
 * system may let a process wait so long, and a backup would only compete with it.
 */
const slowAtLeastMs = 300;

/**
 * A silent worker's attempt first, else the one that has run longest, if it is well beyond
 * the median. A phase of which nothing is completed has no stragglers yet.
 */
// #region stragglers
export const backUpStragglers: BackupPolicy = (candidates, medianMs) => {
  const limitMs =
    medianMs === undefined ? Infinity : Math.max(slowFactor * medianMs, slowAtLeastMs);
  const [first] = candidates
    .filter(({ isSilent, runningMs }) => isSilent || runningMs > limitMs)
    .sort((a, b) => Number(b.isSilent) - Number(a.isSilent) || b.runningMs - a.runningMs);
  return first;
};
// #endregion

/** For comparison: a straggler is waited for. */
export const noBackups: BackupPolicy = () => undefined;

/**
 * A silent worker's attempt first, else the one that has run longest beyond its timeout.
 * Source: document "process-rpc", `mapper_timeout_ms` and `reducer_timeout_ms`.
 */
export function backUpAfter(
  timeoutsMs: Readonly<Record<TaskKind, number>>,
): BackupPolicy {
  return (candidates) =>
    candidates
      .filter((one) => one.isSilent || one.runningMs > timeoutsMs[one.task.kind])
      .sort(
        (a, b) => Number(b.isSilent) - Number(a.isSilent) || b.runningMs - a.runningMs,
      )[0];
}
