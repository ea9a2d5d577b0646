/**
 * What the scheduler concludes from time that has passed: who is lost because nothing is
 * heard of it, and which attempts take long.
 *
 * Source: OSDI '04, section 3.3.1.
 */
import { awaitWorkers } from './awaited-workers.ts';
import type { Decision } from './events.ts';
import { loseWorker } from './scheduler-losses.ts';
import {
  isSilent,
  refTo,
  type SchedulerState,
  type WorkerState,
} from './scheduler-state.ts';

/** Any message is a sign of life. */
export function hearFrom(worker: WorkerState | undefined, nowMs: number): Decision[] {
  if (worker) worker.lastHeardMs = nowMs;
  return [];
}

/**
 * A master that was itself away (stopped, or starved) has heard nobody, and must not conclude
 * that nobody has spoken: their heartbeats wait in its sockets.
 */
export function lookAtTheClock(state: SchedulerState, nowMs: number): Decision[] {
  const { lostAfterMs, checkMs } = state.rules;
  const awayAfterMs = checkMs + (lostAfterMs - checkMs) / 2;
  const wasAway = nowMs - state.lastTickMs > awayAfterMs;
  state.lastTickMs = nowMs;
  if (wasAway) for (const worker of state.workers.values()) hearFrom(worker, nowMs);
  return [
    ...loseSilentWorkers(state, nowMs),
    ...reportSlowAttempts(state, nowMs),
    ...awaitWorkers(state, nowMs, wasAway),
  ];
}

/** No answer for a while means lost, whatever the truth is. */
function loseSilentWorkers(state: SchedulerState, nowMs: number): Decision[] {
  const { startWithinMs, lostAfterMs } = state.rules;
  return [...state.workers.values()].flatMap(({ id, status, lastHeardMs }) => {
    const isStarting = status === 'starting';
    const silentMs = nowMs - lastHeardMs;
    if (silentMs <= (isStarting ? startWithinMs : lostAfterMs)) return [];
    const what = isStarting ? 'it has not registered' : 'no heartbeat';
    return loseWorker(state, id, `${what} for ${(silentMs / 1000).toFixed(1)} s`, nowMs);
  });
}

/** Long for a task; a map function that never ends would else be a silent run. */
const slowAfterMs = 10_000;

function reportSlowAttempts(state: SchedulerState, nowMs: number): Decision[] {
  return [...state.workers.values()].flatMap((worker): Decision[] => {
    const attempt = state.attempts[worker.attempt ?? -1];
    if (!attempt?.task.running.includes(attempt)) return [];
    if (isSilent(state, worker, nowMs)) return [];
    const runningMs = nowMs - attempt.startedMs;
    if (attempt.isReportedSlow || runningMs < slowAfterMs) return [];
    attempt.isReportedSlow = true;
    const { id, task } = attempt;
    const what = { attempt: id, task: refTo(task), worker: worker.id, runningMs };
    return [{ type: 'attempt-slow', ...what }];
  });
}
