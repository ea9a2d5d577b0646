/**
 * A run without workers: where others may join it, the master waits for them, and not for
 * ever.
 */
import type { Decision, TaskKind } from './events.ts';
import { areAllCompleted, type SchedulerState, type Task } from './scheduler-state.ts';

/** True while there are workers, or starting ones, for every task that is left. */
export function isAnyoneLeft(state: SchedulerState): boolean {
  return findDesertedPhase(state) === undefined;
}

/** The kind of tasks that are left and that no worker would run. */
export function findDesertedPhase(state: SchedulerState): TaskKind | undefined {
  const living = [...state.workers.values()].filter(({ status }) => status !== 'lost');
  const isDeserted = (kind: TaskKind, tasks: readonly Task[]) =>
    !areAllCompleted(tasks) && !living.some(({ role }) => !role || role === kind);
  if (isDeserted('map', state.maps)) return 'map';
  return isDeserted('reduce', state.reduces) ? 'reduce' : undefined;
}

/** True: losing the last worker is not the end. */
export function mayJoin({ rules }: SchedulerState): boolean {
  return rules.waitForWorkersMs !== undefined;
}

/** Fails the job when nobody has come for too long. A master that was away begins to wait anew. */
export function awaitWorkers(
  state: SchedulerState,
  nowMs: number,
  wasAway: boolean,
): Decision[] {
  const { waitForWorkersMs } = state.rules;
  if (waitForWorkersMs === undefined || state.outcome !== 'running') return [];
  if (isAnyoneLeft(state)) {
    state.aloneSinceMs = undefined;
    return [];
  }
  if (wasAway || state.aloneSinceMs === undefined) state.aloneSinceMs = nowMs;
  if (nowMs - state.aloneSinceMs < waitForWorkersMs) return [];
  state.outcome = 'failed';
  const seconds = waitForWorkersMs / 1000;
  const why = `there has been no worker for ${seconds} s, and none has joined`;
  return [{ type: 'fail-job', why }];
}
