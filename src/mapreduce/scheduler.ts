/**
 * The scheduler: decides which worker runs which task, and what a loss costs. A pure state
 * machine, `step(state, event, now)` -> decisions: no I/O, no clock, no randomness, no promise.
 * The master drives it from RPC and a timer, the tests with literal events.
 *
 * Source: OSDI '04, sections 3.1 to 3.3 and 3.6; slides, "MapReduce: Fault Tolerance".
 */
import { assignTasks } from './assignment.ts';
import { explainTooManySkipped, suspect } from './bad-records.ts';
import type { Decision, FaultInjected, RunEvent, TaskOutput } from './events.ts';
import { addHeldBytes } from './locality.ts';
import { reopenStage, suspendStage } from './reopened-stage.ts';
import { hearFrom, lookAtTheClock } from './scheduler-clock.ts';
import { endAttempt, failJob, loseInputs, loseWorker } from './scheduler-losses.ts';
import {
  type Attempt,
  addWorker,
  areAllCompleted,
  refTo,
  type SchedulerState,
  type WorkerState,
} from './scheduler-state.ts';
import type { TaskFailure } from './task-failure.ts';
import { addTotals, explainNoPairs } from './totals.ts';

/** How many times as long a worker takes that somebody has slowed down. */
const injectedSlowness = 10;

/** Tells the state what happened at `nowMs`; returns what to do about it, in order. */
export function step(state: SchedulerState, event: RunEvent, nowMs: number): Decision[] {
  if (event.type === 'stage-reopened') return reopenStage(state, event, nowMs);
  if (state.outcome !== 'running') return [];
  const decisions = handle(state, event, nowMs);
  if (state.outcome === 'running') decisions.push(...finishPhases(state));
  if (state.outcome === 'running') decisions.push(...assignTasks(state, nowMs));
  return decisions;
}

function handle(state: SchedulerState, event: RunEvent, nowMs: number): Decision[] {
  switch (event.type) {
    case 'run-started':
      return tellReused(state);
    case 'worker-joined':
      addWorker(state, event.worker, false, nowMs).holds = new Set(event.holds);
      return [];
    case 'worker-registered':
      return registerWorker(state, event.worker, nowMs);
    case 'heartbeat':
      return hearFrom(state.workers.get(event.worker), nowMs);
    case 'worker-disconnected':
      return loseWorker(state, event.worker, event.why, nowMs, event.noted);
    case 'job-refused':
      return [failJob(state, event.why)];
    case 'tick':
      return lookAtTheClock(state, nowMs);
    case 'failpoint-reached':
      return killAtFailpoint(state, event.attempt);
    case 'fault-injected':
      return injectFault(state, event);
    case 'stage-reopened':
      return [];
    default:
      freeWorker(state, event.attempt, nowMs);
      return handleEnd(state, event, nowMs);
  }
}

/** Source: slides, "Job 1, Job 2": map outputs of an earlier job need not be made again. */
function tellReused({ maps, reduces }: SchedulerState): Decision[] {
  return [...maps, ...reduces].flatMap(({ accepted, ...task }): Decision[] => {
    if (!accepted) return [];
    const { attempt, output } = accepted;
    return [{ type: 'reuse', attempt, task: refTo(task), output }];
  });
}

/** How an attempt can end, apart from being lost with its worker. */
type AttemptEnd = RunEvent & {
  type:
    | 'attempt-completed'
    | 'attempt-failed'
    | 'attempt-cancelled'
    | 'inputs-missing'
    | 'input-lost';
};

function handleEnd(state: SchedulerState, event: AttemptEnd, nowMs: number): Decision[] {
  const { attempt: id } = event;
  switch (event.type) {
    case 'attempt-completed':
      return completeTask(state, id, event.output, nowMs);
    case 'attempt-failed':
      return failTask(state, id, event.failure);
    case 'attempt-cancelled':
      return stopAttempt(state, id);
    case 'input-lost':
      return [suspendStage(state, event.outputs)];
    case 'inputs-missing': {
      const attempt = findRunning(state, id);
      return attempt ? loseInputs(state, attempt, event.missing) : [];
    }
  }
}

/** Those that were not started by the master are first heard of when they register. */
function registerWorker(state: SchedulerState, id: number, nowMs: number): Decision[] {
  const worker = state.workers.get(id) ?? addWorker(state, id, false, nowMs);
  if (worker.status === 'starting') worker.status = 'registered';
  return hearFrom(worker, nowMs);
}

/**
 * The attempt stands still at its failpoint: the planned moment has come. One that is not
 * needed any more is cancelled instead.
 */
function killAtFailpoint(state: SchedulerState, id: number): Decision[] {
  const attempt = findRunning(state, id);
  const worker = state.workers.get(attempt?.worker ?? -1);
  return attempt?.isDoomed && worker ? killWorker(worker, attempt) : [];
}

/** What a person wishes needs no moment of its own. */
function injectFault(state: SchedulerState, event: FaultInjected): Decision[] {
  const worker = state.workers.get(event.worker);
  if (!worker || worker.status === 'lost') return [];
  if (event.fault === 'kill')
    return killWorker(worker, state.attempts[worker.attempt ?? -1]);
  worker.slowness = injectedSlowness;
  return [];
}

function killWorker(worker: WorkerState, running: Attempt | undefined): Decision[] {
  if (worker.isKilled) return [];
  worker.isKilled = true;
  worker.pendingKill = undefined;
  const task = running && refTo(running.task);
  return [{ type: 'kill-worker', worker: worker.id, attempt: running?.id, task }];
}

/** Undefined: the attempt was cancelled, or lost with its worker, or never started. */
function findRunning({ attempts }: SchedulerState, id: number): Attempt | undefined {
  const attempt = attempts[id];
  return attempt?.task.running.includes(attempt) ? attempt : undefined;
}

/** The attempt has ended, well or badly, needed or not: its worker is free again. */
function freeWorker(state: SchedulerState, id: number, nowMs: number): void {
  const worker = state.workers.get(state.attempts[id]?.worker ?? -1);
  hearFrom(worker, nowMs);
  if (worker?.attempt === id) worker.attempt = undefined;
}

/**
 * The first completion wins; the other attempts of the task are cancelled. A completion by an
 * attempt that no longer runs (it was cancelled, or its worker was declared lost, yet it has
 * finished) is ignored: the task is somebody else's now.
 * Source: OSDI '04, sections 3.3.3 and 3.6.
 */
function completeTask(
  state: SchedulerState,
  id: number,
  output: TaskOutput,
  nowMs: number,
): Decision[] {
  const attempt = state.attempts[id];
  if (!attempt) return [];
  const { task, worker, isBackup, startedMs } = attempt;
  const told = { attempt: id, task: refTo(task), worker, output };
  // #region first-wins
  if (!task.running.includes(attempt)) return [{ type: 'ignore', ...told }];
  const losers = task.running.filter((one) => one !== attempt);
  task.status = 'completed';
  task.running = [];
  task.accepted = { attempt: id, worker, output };
  addHeldBytes(state, worker, output);
  state.durationsMs[task.kind].push(nowMs - startedMs);
  return [{ type: 'accept', ...told, isBackup }, ...losers.map(cancel)];
  // #endregion
}

function cancel({ id, task, worker, isBackup }: Attempt): Decision {
  return { type: 'cancel-attempt', attempt: id, task: refTo(task), worker, isBackup };
}

/**
 * The job's own function threw: once may be chance, `maxFailures` times is the job's fault. A
 * record that is skipped from now on is an explanation, and the count begins anew.
 */
function failTask(state: SchedulerState, id: number, failure: TaskFailure): Decision[] {
  const attempt = findRunning(state, id);
  if (!attempt) return [];
  const { task, worker } = attempt;
  const isStillRunning = !endAttempt(attempt);
  const skip = suspect(state, task, failure);
  const tooMany = explainTooManySkipped(state);
  if (tooMany !== undefined) return [failJob(state, tooMany, failure)];
  task.failures = skip ? 0 : task.failures + 1;
  if (task.failures < state.rules.maxFailures) {
    const told = { attempt: id, task: refTo(task), worker, failure, isStillRunning };
    return [{ type: 'retry', ...told }, ...(skip ? [skip] : [])];
  }
  const times = `${task.failures} attempt${task.failures === 1 ? '' : 's'}`;
  const why = `${task.kind} task ${task.index} failed in ${times}, last in attempt ${id} on worker ${worker}`;
  return [failJob(state, why, failure)];
}

/** A worker stops only what it was told to stop; whatever it stopped runs no more. */
function stopAttempt(state: SchedulerState, id: number): Decision[] {
  const attempt = findRunning(state, id);
  if (attempt) endAttempt(attempt);
  return [];
}

/** Opens the barrier when all maps are completed, closes it when one was lost, ends the job. */
function finishPhases(state: SchedulerState): Decision[] {
  const wasOpen = state.isBarrierOpen;
  state.isBarrierOpen = areAllCompleted(state.maps);
  const decisions: Decision[] = [];
  if (state.isBarrierOpen && !wasOpen) {
    decisions.push({ type: 'phase-completed', phase: 'map' });
    const why = findNoPairs(state);
    if (why !== undefined) decisions.push(failJob(state, why));
  }
  if (areAllCompleted(state.reduces)) {
    state.outcome = 'completed';
    decisions.push(
      { type: 'phase-completed', phase: 'reduce' },
      { type: 'complete-job' },
    );
  }
  return decisions;
}

function findNoPairs({ maps }: SchedulerState): string | undefined {
  const outputs = maps.flatMap(({ accepted }) => (accepted ? [accepted.output] : []));
  return explainNoPairs(addTotals(outputs));
}
