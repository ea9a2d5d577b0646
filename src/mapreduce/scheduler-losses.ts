/**
 * What the loss of a worker, of an attempt or of map output costs: which tasks go back to
 * idle, and when the job cannot go on.
 *
 * Source: OSDI '04, section 3.3.1; slides, "What should we re-execute?".
 */
import { findDesertedPhase, isAnyoneLeft, mayJoin } from './awaited-workers.ts';
import { explainTooManySkipped, suspect } from './bad-records.ts';
import type { Decision, MissingInput, Requeued } from './events.ts';
import { removeHeldBytes } from './locality.ts';
import type { NotedRecord } from './record-note.ts';
import {
  type Attempt,
  addWorker,
  nextWorkerId,
  refTo,
  type SchedulerState,
  type Task,
  type WorkerState,
} from './scheduler-state.ts';
import type { TaskFailure } from './task-failure.ts';

/**
 * A task whose only attempt ran on the lost worker goes back to idle. So do the completed map
 * tasks whose output was on its disk, but not completed reduce tasks: their output is elsewhere.
 */
export function loseWorker(
  state: SchedulerState,
  id: number,
  why: string,
  nowMs: number,
  noted?: NotedRecord,
): Decision[] {
  const worker = state.workers.get(id);
  if (!worker || worker.status === 'lost') return [];
  worker.status = 'lost';
  const skips = worker.isKilled ? [] : blameNoted(state, worker, why, noted);
  const requeued: Requeued[] = [];
  // #region lose
  for (const task of [...state.maps, ...state.reduces]) {
    const attempt = task.running.find((one) => one.worker === id);
    if (attempt && endAttempt(attempt)) requeued.push(markLost(task, 'in-progress'));
    if (!isStoredOn(state, worker, task)) continue;
    requeued.push(takeBack(state, task));
    state.lostOutputs++;
  }
  // #endregion
  const decisions: Decision[] = [{ type: 'worker-lost', worker: id, why, requeued }];
  decisions.push(...skips);
  const tooMany = explainTooManySkipped(state) ?? explainTooManyLost(state);
  if (tooMany !== undefined) return [...decisions, failJob(state, tooMany)];
  decisions.push(...replaceWorker(state, worker, nowMs));
  if (isAnyoneLeft(state) || mayJoin(state)) return decisions;
  return [...decisions, failJob(state, explainNobodyLeft(state))];
}

/** Of all map output, so often lost and made again, before a run that cannot win gives up. */
const maxLostRounds = 10;
/** Few tasks may have bad luck. */
const tasksOfSmallJob = 20;

/**
 * Why the job cannot go on. The barrier needs all map output to be there at one moment: with so
 * much of it on each worker, and workers lost so often, that moment may never come.
 */
function explainTooManyLost({ maps, lostOutputs }: SchedulerState): string | undefined {
  const rounds = lostOutputs / Math.max(maps.length, tasksOfSmallJob);
  if (rounds <= maxLostRounds) return undefined;
  return `${lostOutputs} times a completed map task was lost with its worker, and the job has ${maps.length}: workers are lost faster than map output is made; keep it elsewhere with --store shared`;
}

/** Its process ended on this record or key, and not because the fault plan wanted that. */
function blameNoted(
  state: SchedulerState,
  { id }: WorkerState,
  error: string,
  noted: NotedRecord | undefined,
): Decision[] {
  const attempt = state.attempts[noted?.attempt ?? -1];
  if (!noted || attempt?.worker !== id || !attempt.task.running.includes(attempt)) {
    return [];
  }
  const skip = suspect(state, attempt.task, { ...noted, error });
  return skip ? [skip] : [];
}

/** The least that has to be made again: output that no reduce task waits for is none of it. */
// #region stored
export function isStoredOn(state: SchedulerState, { id }: WorkerState, task: Task) {
  const { accepted } = task;
  if (state.rules.outputSurvives || accepted?.worker !== id) return false;
  if (accepted.output.kind !== 'map') return false;
  const { regions } = accepted.output;
  return state.reduces.some(
    ({ status, index }) => status !== 'completed' && regions[index]?.bytes !== 0,
  );
}
// #endregion

/**
 * Starts a process beside or in the place of a worker, for the same kind of tasks.
 * Ours, not the paper's: there the cluster starts machines again. Bounded, so it ends.
 */
export function replaceWorker(
  state: SchedulerState,
  { id, isOurs, role }: WorkerState,
  nowMs: number,
): (Decision & { type: 'start-worker' })[] {
  if (!isOurs || state.replacements >= state.rules.maxReplacements) return [];
  state.replacements++;
  const worker = nextWorkerId(state);
  addWorker(state, worker, true, nowMs, role);
  return [{ type: 'start-worker', worker, replaces: id }];
}

function explainNobodyLeft(state: SchedulerState): string {
  const { workers, replacements } = state;
  const kind = findDesertedPhase(state);
  const count = [...workers.values()].filter(({ role }) => !role || role === kind).length;
  const what = count === workers.size ? 'worker' : `worker for ${kind} tasks`;
  const who =
    count === 1
      ? `the only ${what} is`
      : `all ${count} ${what.replace('worker', 'workers')} are`;
  const why = `${who} lost, nobody is left to run the tasks`;
  if (replacements === 0) return why;
  return `${why}, and ${replacements} replacements were all that is allowed`;
}

/** The attempt runs no more. True: no other one of its task does, so the task is idle again. */
export function endAttempt(attempt: Attempt): boolean {
  const { task } = attempt;
  task.running = task.running.filter((one) => one !== attempt);
  if (task.running.length > 0) return false;
  task.status = 'idle';
  return true;
}

export function takeBack(state: SchedulerState, task: Task): Requeued {
  if (task.accepted) removeHeldBytes(state, task.accepted.worker, task.accepted.output);
  task.status = 'idle';
  task.accepted = undefined;
  return markLost(task, 'completed');
}

export function markLost(task: Task, was: Requeued['was']): Requeued {
  task.wasLost = true;
  return { task: refTo(task), was };
}

/** Rounds of losing and re-making input before a run that cannot win gives up. */
const maxInputLosses = 100;

/**
 * A reduce attempt could not read map output: it waits for the map tasks to run again. It has
 * not failed by itself. Output that a living worker serves damaged counts against its task.
 */
export function loseInputs(
  state: SchedulerState,
  attempt: Attempt,
  missing: readonly MissingInput[],
): Decision[] {
  const { task, worker } = attempt;
  if (++task.inputLosses === maxInputLosses) {
    const why = `reduce task ${task.index} could not read its input in ${maxInputLosses} attempts`;
    return [failJob(state, why)];
  }
  const requeued = endAttempt(attempt) ? [markLost(task, 'in-progress')] : [];
  for (const { map, attempt: producer, problem } of missing) {
    const mapTask = state.maps[map];
    if (mapTask?.accepted?.attempt !== producer) continue;
    requeued.push(takeBack(state, mapTask));
    if (problem === 'unreachable') continue;
    mapTask.failures++;
    if (mapTask.failures < state.rules.maxFailures) continue;
    const why = `the output of map task ${map} was damaged ${mapTask.failures} times`;
    return [failJob(state, why)];
  }
  return [{ type: 'inputs-lost', task: refTo(task), worker, requeued }];
}

/** The run cannot win any more. */
export function failJob(
  state: SchedulerState,
  why: string,
  failure?: TaskFailure,
): Decision {
  state.outcome = 'failed';
  return failure ? { type: 'fail-job', why, failure } : { type: 'fail-job', why };
}
