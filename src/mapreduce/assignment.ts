/**
 * Which task an idle worker gets: idle map tasks first, in order; reduce tasks only while all
 * map tasks are completed (the barrier).
 *
 * Source: OSDI '04, section 3.1; slides, "Synchronization barrier".
 */
import type { Decision } from './events.ts';
import { countKeptBack, countStored } from './fault-plan.ts';
import {
  refTo,
  type SchedulerState,
  type Task,
  type WorkerState,
} from './scheduler-state.ts';

/** Gives every idle worker a task as long as there are any for it. */
export function assignTasks(state: SchedulerState, nowMs: number): Decision[] {
  const decisions: Decision[] = [];
  for (const worker of state.workers.values()) {
    if (worker.status !== 'registered' || worker.attempt !== undefined) continue;
    const task = pickTask(state, worker);
    if (task) decisions.push(startAttempt(state, worker, task, nowMs));
  }
  return decisions;
}

function startAttempt(
  state: SchedulerState,
  worker: WorkerState,
  task: Task,
  nowMs: number,
): Decision {
  const attempt = state.attempts.length;
  state.attempts.push({
    id: attempt,
    task,
    worker: worker.id,
    startedMs: nowMs,
    isReportedSlow: false,
  });
  worker.attempt = attempt;
  task.status = 'in-progress';
  task.attempt = attempt;
  const fault = task.kind === 'map' ? worker.pendingFault : undefined;
  const isDue = fault && countStored(state, worker.id) > 0;
  return {
    type: 'start-attempt',
    attempt,
    task: refTo(task),
    worker: worker.id,
    isReExecution: task.wasLost,
    failpointFraction: isDue ? fault.fraction : undefined,
  };
}

function pickTask(state: SchedulerState, worker: WorkerState): Task | undefined {
  const idleMaps = state.maps.filter(({ status }) => status === 'idle');
  if (idleMaps.length > 0) {
    // The fault plan may need the last ones for a worker that is to be killed.
    return idleMaps.length > countKeptBack(state, worker) ? idleMaps[0] : undefined;
  }
  if (!state.isBarrierOpen) return undefined;
  return state.reduces.find(({ status }) => status === 'idle');
}
