/**
 * The event stream as sentences for a large audience: what has just happened, and why. A
 * moment has a weight, by which the page knows what is worth a headline.
 */
import type { BackupReason, Requeued, TaskRef } from '../mapreduce/events.ts';
import type { RunModel } from './run-model.ts';
import type { PageEntry } from './run-record.ts';

/** 0: everyday; 1: worth a headline; 2: worth to stop and look. */
export type Weight = 0 | 1 | 2;

export interface Moment {
  readonly atMs: number;
  readonly text: string;
  readonly weight: Weight;
  readonly type: PageEntry['type'];
  /** Undefined: the run has one. */
  readonly stage?: number | undefined;
}

/** The moment that an entry is, given the run up to it; undefined: nothing to tell. */
export function describeMoment(entry: PageEntry, run: RunModel): Moment | undefined {
  const told = tell(entry, run);
  if (!told) return undefined;
  const [weight, text] = told;
  const { atMs, type, stage } = entry;
  return { atMs, type, stage, weight, text };
}

type Told = readonly [Weight, string];

function tell(entry: PageEntry, run: RunModel): Told | undefined {
  switch (entry.type) {
    case 'run-started':
      return tellBegin(entry, run);
    case 'worker-joined':
      return [1, `${entry.name} joins as worker ${entry.worker}.`];
    case 'worker-registered':
      return [0, tellRegistered(entry, run)];
    case 'start-attempt':
      return tellStart(entry);
    case 'accept':
      return tellAccepted(entry);
    case 'reuse':
      return [0, `${capital(entry.task)} was completed before this run: it is reused.`];
    case 'ignore':
      return [
        1,
        `A late result of ${nameTask(entry.task)} from worker ${entry.worker} is ignored: the task is no longer its.`,
      ];
    case 'cancel-attempt':
      return [1, tellCancelled(entry)];
    case 'retry':
      return [1, tellRetry(entry)];
    case 'skip-record':
      return [
        1,
        `The record at byte ${entry.offset} is bad: ${nameTask(entry.task)} will leave it out.`,
      ];
    case 'start-worker':
      return [1, tellStartWorker(entry)];
    case 'fault-injected':
      return tellWish(entry);
    case 'kill-worker':
      return [2, `SIGKILL to worker ${entry.worker}, ${tellWhatItDid(entry.task)}.`];
    case 'worker-lost':
      return [2, tellLostWorker(entry)];
    case 'inputs-lost':
      return [2, tellLostInputs(entry)];
    case 'suspend-stage':
      return [2, tellSuspended(entry)];
    case 'reopen-stage':
      return [2, tellReopened(entry)];
    case 'attempt-slow':
      return [1, tellSlow(entry)];
    case 'phase-completed':
      return tellPhase(entry, run);
    case 'complete-job':
      return tellCompleted(entry, run);
    case 'fail-job':
      return [2, `The job has failed${ofStage(entry, 'in')}: ${entry.why}.`];
    default:
      return undefined;
  }
}

function tellBegin({ stage = 1 }: PageEntry, { jobs, lanes }: RunModel): Told {
  const job = jobs[stage - 1];
  if (stage > 1)
    return [
      2,
      `Stage ${stage} begins: ${job} reads the output files of stage ${stage - 1}.`,
    ];
  const what = jobs.length === 1 ? 'The run' : `Stage 1 of ${jobs.length}, ${job},`;
  return [1, `${what} begins: ${countOf(lanes.size, 'worker')} start.`];
}

function tellRegistered(
  { worker, pid, stage }: PageEntry & { type: 'worker-registered' },
  { lanes }: RunModel,
): string {
  const isKnown = stage !== undefined && lanes.get(worker)?.pid === pid;
  if (isKnown) return `Worker ${worker} is free for stage ${stage}.`;
  return `Worker ${worker} registers: process ${pid}.`;
}

function tellSuspended({ stage = 2, outputs }: PageEntry & { type: 'suspend-stage' }) {
  const [are, them] = outputs.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${nameFiles(outputs)} of stage ${stage - 1} ${are} lost before stage ${stage} has read all of ${them}: stage ${stage} waits.`;
}

/** Either its output was lost when it was over, or it has waited. */
function tellReopened(entry: PageEntry & { type: 'reopen-stage' }): string {
  const { stage = 1, lostOutputs, requeued } = entry;
  const then = requeued.length === 0 ? 'nothing of it was lost' : tellRequeued(requeued);
  if (lostOutputs.length === 0) return `Stage ${stage} goes on where it stood: ${then}.`;
  const isFromMaps = requeued.some(
    ({ task, was }) => task.kind === 'map' && was === 'completed',
  );
  const why = isFromMaps ? ', since a lost worker had the map output' : '';
  return `Stage ${stage} makes ${nameFiles(lostOutputs)} again while stage ${stage + 1} waits: ${then}${why}.`;
}

/** `mr-out-2`, `mr-out-0 and mr-out-2`. */
function nameFiles(outputs: readonly number[]): string {
  if (outputs.length > 4) return `${outputs.length} output files`;
  const names = outputs.map((index) => `mr-out-${index}`);
  const last = names.pop();
  return names.length === 0 ? `${last}` : `${names.join(', ')} and ${last}`;
}

function tellCompleted({ stage = 1 }: PageEntry, run: RunModel): Told {
  const count = run.jobs.length;
  if (stage === count) return [2, 'The job is completed: every output file is there.'];
  return run.begins.at(-1)?.how === 'again'
    ? [1, `Stage ${stage} is completed again: all its output is there.`]
    : [1, `Stage ${stage} of ${count} is completed.`];
}

/** ` of stage 2`; nothing where there is only one. */
function ofStage({ stage }: PageEntry, preposition = 'of'): string {
  return stage === undefined ? '' : ` ${preposition} stage ${stage}`;
}

function tellStart(entry: PageEntry & { type: 'start-attempt' }): Told {
  const { task, worker, backup, isReExecution } = entry;
  if (backup) return [2, tellBackup(task, worker, backup)];
  if (!isReExecution) return [0, `${capital(task)} goes to worker ${worker}.`];
  return [
    1,
    `Worker ${worker} executes ${nameTask(task)} again: the earlier work was lost.`,
  ];
}

function tellBackup(task: TaskRef, worker: number, backup: BackupReason): string {
  const { runningMs, medianMs, isSilent } = backup;
  const then = `worker ${worker} starts a backup task`;
  if (isSilent)
    return `Worker ${backup.worker} is silent with ${nameTask(task)}: ${then}.`;
  const usual = medianMs === undefined ? '' : `, others took ${formatMs(medianMs)}`;
  return `${capital(task)} has taken worker ${backup.worker} ${formatMs(runningMs)}${usual}: ${then}.`;
}

function tellAccepted(entry: PageEntry & { type: 'accept' }): Told {
  const { task, worker, isBackup } = entry;
  if (isBackup)
    return [2, `The backup task of ${nameTask(task)} on worker ${worker} has won.`];
  return [0, `Worker ${worker} completes ${nameTask(task)}.`];
}

function tellCancelled(entry: PageEntry & { type: 'cancel-attempt' }): string {
  const what = entry.isBackup ? 'the backup task' : 'the first attempt';
  return `${capitalise(what)} of ${nameTask(entry.task)} on worker ${entry.worker} has lost the race: it is cancelled.`;
}

function tellRetry(entry: PageEntry & { type: 'retry' }): string {
  const then = entry.isStillRunning ? 'it runs on elsewhere' : 'it will be tried again';
  const why = entry.failure.error.split('\n', 1)[0];
  return `${capital(entry.task)} failed on worker ${entry.worker}, ${then}: ${why}`;
}

function tellStartWorker(entry: PageEntry & { type: 'start-worker' }): string {
  const place = entry.isBeside ? 'beside' : 'in the place of';
  return `Worker ${entry.worker} is started ${place} worker ${entry.replaces}.`;
}

function tellWish({ worker, fault }: PageEntry & { type: 'fault-injected' }): Told {
  if (fault === 'kill') return [0, `Somebody wishes worker ${worker} to be killed.`];
  return [2, `From its next task on, worker ${worker} is slow: somebody wishes it so.`];
}

function tellWhatItDid(task: TaskRef | undefined): string {
  return task ? `in the middle of ${nameTask(task)}` : 'while it is idle';
}

function tellLostWorker(entry: PageEntry & { type: 'worker-lost' }): string {
  const { worker, requeued, why } = entry;
  const outputs = requeued.filter(({ was }) => was === 'completed').length;
  const lost =
    outputs === 0
      ? ''
      : `, and with it the output of ${countOf(outputs, 'completed map task')}`;
  if (requeued.length === 0)
    return `Worker ${worker} is lost, ${why}. It held no work that is still needed.`;
  return `Worker ${worker} is lost${lost}: ${tellRequeued(requeued)}.`;
}

function tellRequeued(requeued: readonly Requeued[]): string {
  const [first] = requeued;
  if (requeued.length === 1 && first) return `${nameTask(first.task)} goes back to idle`;
  const shown = requeued.slice(0, 4).map(({ task }) => nameTask(task));
  const more = requeued.length - shown.length;
  if (more > 0) return `${requeued.length} tasks go back to idle`;
  const last = shown.pop();
  return `${shown.join(', ')} and ${last} go back to idle`;
}

function tellLostInputs(entry: PageEntry & { type: 'inputs-lost' }): string {
  const maps = entry.requeued.filter(({ task }) => task.kind === 'map');
  const what =
    maps.length === 0
      ? 'a lost worker'
      : maps.map(({ task }) => nameTask(task)).join(', ');
  return `${capital(entry.task)} on worker ${entry.worker} cannot read the output of ${what}: all go back to idle.`;
}

function tellSlow(entry: PageEntry & { type: 'attempt-slow' }): string {
  const { task, worker, runningMs } = entry;
  return `${capital(task)} has been running on worker ${worker} for ${formatMs(runningMs)}; the worker lives.`;
}

function tellPhase(
  entry: PageEntry & { type: 'phase-completed' },
  { stage }: RunModel,
): Told | undefined {
  const of = ofStage(entry);
  if (entry.phase === 'reduce') return [1, `All reduce tasks${of} are completed.`];
  // A stage that goes on may have lost no map output.
  if (stage.barrier) return undefined;
  const again = stage.barriers.length > 0 ? ' again' : '';
  return [2, `All map tasks${of} are completed: the barrier opens${again}.`];
}

/** `map 3`, `reduce 0`. */
export function nameTask({ kind, index }: TaskRef): string {
  return `${kind} ${index}`;
}

function capital(task: TaskRef): string {
  return capitalise(nameTask(task));
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1 task`, `18 tasks`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Two digits are enough to compare: `45 ms`, `0.27 s`, `1.2 s`, `12 s`. */
export function formatMs(ms: number): string {
  if (ms < 99.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  const digits = seconds < 0.995 ? 2 : seconds < 9.95 ? 1 : 0;
  return `${seconds.toFixed(digits)} s`;
}

/** A moment of the run: `3.46 s`. */
export function tellSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
