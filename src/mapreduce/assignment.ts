/**
 * Which task a free worker gets: idle map tasks first, the nearest first; reduce tasks only while all
 * map tasks are completed (the barrier), again the nearest; and when no task of the phase is idle any more,
 * perhaps a straggler's a second time.
 *
 * Source: OSDI '04, sections 3.1 and 3.6; slides, "Synchronization barrier".
 */
import type { BackupCandidate } from './backup-policy.ts';
import type { BackupReason, Decision } from './events.ts';
import { countKeptBack, countStored, fateOf } from './fault-plan.ts';
import { pickNearest, pickNearestMap } from './locality.ts';
import {
  isSilent,
  refTo,
  type SchedulerState,
  type Task,
  type WorkerState,
} from './scheduler-state.ts';

/** Gives every free worker a task as long as there are any for it. */
export function assignTasks(state: SchedulerState, nowMs: number): Decision[] {
  const decisions: Decision[] = [];
  for (const worker of state.workers.values()) {
    if (worker.status !== 'registered' || worker.attempt !== undefined) continue;
    if (isSilent(state, worker, nowMs)) continue;
    const task = pickTask(state, worker);
    const backup = task ? undefined : pickBackup(state, worker, nowMs);
    if (task) decisions.push(startAttempt(state, worker, task, undefined, nowMs));
    if (backup)
      decisions.push(startAttempt(state, worker, backup.task, backup.reason, nowMs));
  }
  return decisions;
}

// #region pick
function pickTask(state: SchedulerState, worker: WorkerState): Task | undefined {
  const mayMap = worker.role !== 'reduce';
  const idleMaps = state.maps.filter(({ status }) => mayMap && status === 'idle');
  if (idleMaps.length > 0) {
    // The fault plan may need the last ones for a worker that is to be killed.
    const isKept = idleMaps.length <= countKeptBack(state, worker);
    return isKept ? undefined : pickNearestMap(state, worker, idleMaps);
  }
  if (!state.isBarrierOpen || worker.role === 'map') return undefined;
  return pickNearest(state, worker.id);
}
// #endregion

/**
 * Near the end of a phase only: while tasks are idle, a free worker has better to do. It runs
 * nothing, so what it gets a second time runs elsewhere.
 */
function pickBackup(state: SchedulerState, { role }: WorkerState, nowMs: number) {
  const phase = state.isBarrierOpen ? 'reduce' : 'map';
  if (role !== undefined && role !== phase) return undefined;
  const tasks = phase === 'reduce' ? state.reduces : state.maps;
  if (tasks.some(({ status }) => status === 'idle')) return undefined;
  const candidates = tasks.flatMap((task) => listCandidates(state, task, nowMs));
  if (candidates.length === 0) return undefined;
  const medianMs = medianOf(state.durationsMs[phase]);
  const chosen = state.rules.chooseBackup(candidates, medianMs);
  const [straggler] = chosen?.task.running ?? [];
  if (!chosen || !straggler) return undefined;
  const { task, ...age } = chosen;
  const reason: BackupReason = { ...age, worker: straggler.worker, medianMs };
  return { task, reason };
}

/** One or none: a task with one attempt, whose worker the plan does not want killed. */
function listCandidates(
  state: SchedulerState,
  task: Task,
  nowMs: number,
): BackupCandidate[] {
  const [attempt, second] = task.running;
  const runner = state.workers.get(attempt?.worker ?? -1);
  if (!attempt || second || !runner) return [];
  // A backup that won would save a doomed worker from its planned kill.
  if (runner.isKilled || (task.kind === 'map' && runner.pendingKill)) return [];
  const runningMs = nowMs - attempt.startedMs;
  return [{ task, runningMs, isSilent: isSilent(state, runner, nowMs) }];
}

/** Of an even number the lower one: two attempts, one of them slow, have a fast median. */
function medianOf(durationsMs: readonly number[]): number | undefined {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1];
}

function startAttempt(
  state: SchedulerState,
  worker: WorkerState,
  task: Task,
  backup: BackupReason | undefined,
  nowMs: number,
): Decision {
  const kill = task.kind === 'map' ? worker.pendingKill : undefined;
  const isDue = kill && countStored(state, worker.id) > 0;
  const fate = fateOf(state.rules.faults, task, task.starts++);
  const failpointFraction = isDue ? kill.fraction : fate.crashAt;
  const attempt = {
    id: state.attempts.length,
    task,
    worker: worker.id,
    startedMs: nowMs,
    isBackup: backup !== undefined,
    isDoomed: failpointFraction !== undefined,
    isReportedSlow: false,
    hasSubstitute: false,
  };
  state.attempts.push(attempt);
  worker.attempt = attempt.id;
  task.status = 'in-progress';
  task.running.push(attempt);
  return {
    type: 'start-attempt',
    attempt: attempt.id,
    task: refTo(task),
    worker: worker.id,
    isReExecution: task.wasLost && !backup,
    backup,
    failpointFraction,
    delayMs: fate.delayMs,
  };
}
