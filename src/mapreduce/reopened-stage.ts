/**
 * A stage that must be gone on with: one that waited because some of its input was lost, or
 * one whose output was lost when it was over. What is completed and still there stays
 * completed; the rest is the least that has to be executed again.
 *
 * Source: slides, "Mapreduce: What could go wrong?", data lineage; OSDI '04, section 3.3.1.
 */
import type { Decision, Requeued, RunEvent } from './events.ts';
import { isStoredOn, markLost, takeBack } from './scheduler-losses.ts';
import { type Attempt, addCrew, type SchedulerState } from './scheduler-state.ts';

/** Nothing of the stage runs from now on, until it is reopened. */
export function suspendStage(
  state: SchedulerState,
  outputs: readonly number[],
): Decision {
  const running = [...state.maps, ...state.reduces].flatMap((task) => task.running);
  state.outcome = 'suspended';
  const cancelled = running.map(({ id, worker }: Attempt) => ({ attempt: id, worker }));
  return { type: 'suspend-stage', outputs, cancelled };
}

/**
 * The reduce tasks whose output is lost, the map tasks whose output they need and which was
 * on the disk of a worker that has been lost since, and what ran when the stage was suspended.
 */
export function reopenStage(
  state: SchedulerState,
  event: RunEvent & { type: 'stage-reopened' },
  nowMs: number,
): Decision[] {
  const { lostOutputs, workers, lostWorkers, nextAttempt } = event;
  const requeued: Requeued[] = [];
  for (const task of [...state.maps, ...state.reduces]) {
    if (task.running.length === 0) continue;
    task.running = [];
    task.status = 'idle';
    requeued.push(markLost(task, 'in-progress'));
  }
  for (const index of lostOutputs) {
    const task = state.reduces[index];
    if (task?.accepted) requeued.push(takeBack(state, task));
  }
  const wereKilled = [...state.workers.values()].filter(({ isKilled }) => isKilled);
  state.workers.clear();
  addCrew(state, workers, lostWorkers, nowMs);
  for (const { id } of wereKilled) forgetKill(state, id);
  for (const worker of state.workers.values()) {
    if (worker.status !== 'lost') continue;
    for (const map of state.maps) {
      if (isStoredOn(state, worker, map)) requeued.push(takeBack(state, map));
    }
  }
  // Ids are the run's: other stages have had some since.
  state.attempts.length = Math.max(state.attempts.length, nextAttempt);
  Object.assign(state, { outcome: 'running', isBarrierOpen: false, lastTickMs: nowMs });
  state.aloneSinceMs = undefined;
  return [{ type: 'reopen-stage', lostOutputs, requeued }];
}

/** The fault plan has had this one already. */
function forgetKill({ workers }: SchedulerState, id: number): void {
  const worker = workers.get(id);
  if (worker) worker.pendingKill = undefined;
}
