/**
 * A run without workers: where others may join it, the master waits for them, and not for
 * ever.
 */
import type { Decision } from './events.ts';
import type { SchedulerState } from './scheduler-state.ts';

/** True while a worker is there, or is starting. */
export function isAnyoneLeft({ workers }: SchedulerState): boolean {
  return [...workers.values()].some(({ status }) => status !== 'lost');
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
