/**
 * The scheduler: decides which worker runs which task, and what a loss costs. A pure state
 * machine, `step(state, event, now)` -> decisions: no I/O, no clock, no randomness, no promise.
 * The master drives it from RPC and a timer, the tests with literal events.
 *
 * Source: OSDI '04, sections 3.1 to 3.3; slides, "MapReduce: Fault Tolerance".
 */
import { assignTasks } from './assignment.ts';
import { awaitWorkers, isAnyoneLeft, mayJoin } from './awaited-workers.ts';
import type { Decision, MissingInput, Requeued, RunEvent, TaskOutput } from './events.ts';
import {
  type Attempt,
  addWorker,
  areAllCompleted,
  refTo,
  type SchedulerState,
  type Task,
  type WorkerState,
} from './scheduler-state.ts';
import type { TaskFailure } from './task.ts';

/** Tells the state what happened at `nowMs`; returns what to do about it, in order. */
export function step(state: SchedulerState, event: RunEvent, nowMs: number): Decision[] {
  if (state.outcome !== 'running') return [];
  const decisions = handle(state, event, nowMs);
  if (state.outcome === 'running') decisions.push(...finishPhases(state));
  if (state.outcome === 'running') decisions.push(...assignTasks(state, nowMs));
  return decisions;
}

function handle(state: SchedulerState, event: RunEvent, nowMs: number): Decision[] {
  switch (event.type) {
    case 'worker-joined':
      addWorker(state, event.worker, nowMs);
      return [];
    case 'worker-registered':
      return registerWorker(state, event.worker, nowMs);
    case 'heartbeat':
      return hearFrom(state.workers.get(event.worker), nowMs);
    case 'worker-disconnected':
      return loseWorker(state, event.worker, event.why);
    case 'job-refused':
      return [failJob(state, event.why)];
    case 'tick':
      return lookAtTheClock(state, nowMs);
    case 'failpoint-reached':
      return killWorker(state, event.attempt);
    case 'attempt-completed':
      return completeTask(freeRunner(state, event.attempt, nowMs), event.output);
    case 'attempt-failed':
      return failTask(state, freeRunner(state, event.attempt, nowMs), event.failure);
    case 'inputs-missing':
      return loseInputs(state, freeRunner(state, event.attempt, nowMs), event.missing);
  }
}

function registerWorker(state: SchedulerState, id: number, nowMs: number): Decision[] {
  const worker = state.workers.get(id);
  if (worker?.status === 'starting') worker.status = 'registered';
  return hearFrom(worker, nowMs);
}

function hearFrom(worker: WorkerState | undefined, nowMs: number): Decision[] {
  if (worker) worker.lastHeardMs = nowMs;
  return [];
}

/**
 * A master that was itself away (stopped, or starved) has heard nobody, and must not conclude
 * that nobody has spoken: their heartbeats wait in its sockets.
 */
function lookAtTheClock(state: SchedulerState, nowMs: number): Decision[] {
  const wasAway = nowMs - state.lastTickMs > state.lostAfterMs / 2;
  state.lastTickMs = nowMs;
  if (wasAway) for (const worker of state.workers.values()) hearFrom(worker, nowMs);
  const decisions = [
    ...loseSilentWorkers(state, nowMs),
    ...reportSlowAttempts(state, nowMs),
  ];
  return [...decisions, ...awaitWorkers(state, nowMs, wasAway)];
}

/** Source: OSDI '04, section 3.3.1: no answer for a while means lost, whatever the truth is. */
function loseSilentWorkers(state: SchedulerState, nowMs: number): Decision[] {
  return [...state.workers.values()].flatMap(({ id, status, lastHeardMs }) => {
    const isStarting = status === 'starting';
    const silentMs = nowMs - lastHeardMs;
    if (silentMs <= (isStarting ? state.startWithinMs : state.lostAfterMs)) return [];
    const what = isStarting ? 'it has not registered' : 'no heartbeat';
    return loseWorker(state, id, `${what} for ${(silentMs / 1000).toFixed(1)} s`);
  });
}

/** Long for a task; a map function that never ends would else be a silent run. */
const slowAfterMs = 10_000;

function reportSlowAttempts(state: SchedulerState, nowMs: number): Decision[] {
  return [...state.workers.values()].flatMap(({ attempt: id, status }): Decision[] => {
    const attempt = id === undefined ? undefined : state.attempts[id];
    if (!attempt || status === 'lost' || attempt.isReportedSlow) return [];
    const runningMs = nowMs - attempt.startedMs;
    if (runningMs < slowAfterMs) return [];
    attempt.isReportedSlow = true;
    const { task, worker } = attempt;
    return [
      { type: 'attempt-slow', attempt: attempt.id, task: refTo(task), worker, runningMs },
    ];
  });
}

/**
 * Running attempts of a lost worker go back to idle, and its completed map tasks too: their
 * output is on its disk. Completed reduce tasks stay: their output is not.
 * Source: OSDI '04, section 3.3.1; slides, "What should we re-execute?".
 */
function loseWorker(state: SchedulerState, id: number, why: string): Decision[] {
  const worker = state.workers.get(id);
  if (!worker || worker.status === 'lost') return [];
  worker.status = 'lost';
  const isRunningThere = ({ attempt }: Task) =>
    attempt !== undefined && attempt === worker.attempt;
  const isStoredThere = ({ kind, accepted }: Task) =>
    kind === 'map' && accepted?.worker === id;
  const requeued = [...state.maps, ...state.reduces]
    .filter((task) => isRunningThere(task) || isStoredThere(task))
    .map(requeue);
  const decisions: Decision[] = [{ type: 'worker-lost', worker: id, why, requeued }];
  if (isAnyoneLeft(state) || mayJoin(state)) return decisions;
  const who =
    state.workers.size === 1
      ? 'the only worker is'
      : `all ${state.workers.size} workers are`;
  return [...decisions, failJob(state, `${who} lost, nobody is left to run the tasks`)];
}

function requeue(task: Task): Requeued {
  const was = task.status === 'completed' ? 'completed' : 'in-progress';
  task.status = 'idle';
  task.attempt = undefined;
  task.accepted = undefined;
  task.wasLost = true;
  return { task: refTo(task), was };
}

/** The attempt stands still at its failpoint: the planned moment has come. */
function killWorker(state: SchedulerState, id: number): Decision[] {
  const attempt = state.attempts[id];
  const worker = state.workers.get(attempt?.worker ?? -1);
  if (!attempt || !worker?.pendingFault) return [];
  worker.pendingFault = undefined;
  return [
    { type: 'kill-worker', worker: worker.id, attempt: id, task: refTo(attempt.task) },
  ];
}

/** The attempt's worker is free again. Undefined: the master never started such an attempt. */
function freeRunner(
  state: SchedulerState,
  id: number,
  nowMs: number,
): Attempt | undefined {
  const attempt = state.attempts[id];
  const worker = state.workers.get(attempt?.worker ?? -1);
  hearFrom(worker, nowMs);
  if (worker?.attempt === id) worker.attempt = undefined;
  return attempt;
}

/**
 * The first completion wins. An attempt that is not its task's current one (its worker was
 * declared lost, yet it has finished) is ignored: the task is somebody else's now.
 * Source: OSDI '04, section 3.3.3.
 */
function completeTask(attempt: Attempt | undefined, output: TaskOutput): Decision[] {
  if (!attempt) return [];
  const { id, task, worker } = attempt;
  const told = { attempt: id, task: refTo(task), worker, output };
  if (task.attempt !== id) return [{ type: 'ignore', ...told }];
  task.status = 'completed';
  task.attempt = undefined;
  task.accepted = { attempt: id, worker, output };
  return [{ type: 'accept', ...told }];
}

/** The job's own function threw: once may be chance, `maxFailures` times is the job's fault. */
function failTask(
  state: SchedulerState,
  attempt: Attempt | undefined,
  failure: TaskFailure,
): Decision[] {
  if (!attempt || attempt.task.attempt !== attempt.id) return [];
  const { id, task, worker } = attempt;
  task.status = 'idle';
  task.attempt = undefined;
  task.failures++;
  if (task.failures < state.maxFailures) {
    return [{ type: 'retry', attempt: id, task: refTo(task), worker, failure }];
  }
  const times = `${task.failures} attempts`;
  const why = `${task.kind} task ${task.index} failed in ${times}, last in attempt ${id} on worker ${worker}`;
  return [failJob(state, why, failure)];
}

/** Rounds of losing and re-making input before a run that cannot win gives up. */
const maxInputLosses = 100;

/**
 * A reduce attempt could not read map output: it waits for the map tasks to run again. It has
 * not failed by itself. Output that a living worker serves damaged counts against its task.
 */
function loseInputs(
  state: SchedulerState,
  attempt: Attempt | undefined,
  missing: readonly MissingInput[],
): Decision[] {
  if (!attempt || attempt.task.attempt !== attempt.id) return [];
  const { task, worker } = attempt;
  if (++task.inputLosses === maxInputLosses) {
    const why = `reduce task ${task.index} could not read its input in ${maxInputLosses} attempts`;
    return [failJob(state, why)];
  }
  const requeued = [requeue(task)];
  for (const { map, attempt: producer, problem } of missing) {
    const mapTask = state.maps[map];
    if (mapTask?.accepted?.attempt !== producer) continue;
    requeued.push(requeue(mapTask));
    if (problem === 'unreachable') continue;
    mapTask.failures++;
    if (mapTask.failures < state.maxFailures) continue;
    return [
      failJob(
        state,
        `the output of map task ${map} was damaged ${mapTask.failures} times`,
      ),
    ];
  }
  return [{ type: 'inputs-lost', task: refTo(task), worker, requeued }];
}

/** Opens the barrier when all maps are completed, closes it when one was lost, ends the job. */
function finishPhases(state: SchedulerState): Decision[] {
  const wasOpen = state.isBarrierOpen;
  state.isBarrierOpen = areAllCompleted(state.maps);
  const decisions: Decision[] = [];
  if (state.isBarrierOpen && !wasOpen) {
    decisions.push({ type: 'phase-completed', phase: 'map' });
    const why = explainNoPairs(state);
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

/** A job that emits nothing is a mistake far more often than an answer. */
function explainNoPairs(state: SchedulerState): string | undefined {
  let records = 0;
  for (const { accepted } of state.maps) {
    if (accepted?.output.kind !== 'map') continue;
    if (accepted.output.pairs > 0) return undefined;
    records += accepted.output.records;
  }
  return `the map function emitted nothing for any of the ${records} records`;
}

function failJob(state: SchedulerState, why: string, failure?: TaskFailure): Decision {
  state.outcome = 'failed';
  return failure ? { type: 'fail-job', why, failure } : { type: 'fail-job', why };
}
