/**
 * The event stream of a run as sentences that a lecturer would say: one line per decision,
 * none for what merely happens (heartbeats, ticks).
 */
import { chalkStderr as chalk } from 'chalk';
import type {
  BackupReason,
  Requeued,
  StreamEntry,
  TaskRef,
} from '../mapreduce/events.ts';
import { preview } from '../mapreduce/task-failure.ts';

/** The line for an entry, without a newline; undefined where there is nothing to tell. */
export function tell(entry: StreamEntry): string | undefined {
  const text = tellPlainly(entry);
  if (text === undefined) return undefined;
  const seconds = (entry.atMs / 1000).toFixed(2).padStart(6);
  return `${chalk.dim(`${seconds} s`)}  ${text}`;
}

function tellPlainly(entry: StreamEntry): string | undefined {
  switch (entry.type) {
    case 'worker-joined':
      return tellJoined(entry);
    case 'worker-registered':
      return chalk.dim(`worker ${entry.worker} registered, process ${entry.pid}`);
    case 'start-attempt':
      return tellStart(entry);
    case 'start-worker':
      return chalk.yellow(
        entry.isBeside
          ? `worker ${entry.worker} is started beside worker ${entry.replaces}, which exceeds its timeout`
          : `worker ${entry.worker} is started in the place of worker ${entry.replaces}`,
      );
    case 'accept': {
      if (!entry.isBackup) return undefined;
      return chalk.green(
        `backup task of ${nameTask(entry.task)} on worker ${entry.worker} won`,
      );
    }
    case 'cancel-attempt':
      return chalk.yellow(tellCancelled(entry));
    case 'fault-injected': {
      const what = entry.fault === 'kill' ? 'to be killed' : 'to be slow';
      return chalk.yellow(`somebody wishes worker ${entry.worker} ${what}`);
    }
    case 'kill-worker':
      return chalk.red.bold(
        `SIGKILL to worker ${entry.worker}, ${entry.task ? `in the middle of ${nameTask(entry.task)}` : 'while it is idle'}`,
      );
    case 'worker-lost':
      return chalk.red.bold(tellLostWorker(entry));
    case 'suspend-stage':
      return chalk.red.bold(
        `stage ${(entry.stage ?? 2) - 1}: ${nameOutputs(entry.outputs)} missing or damaged: stage ${entry.stage} waits`,
      );
    case 'reopen-stage':
      return chalk.yellow(tellReopened(entry));
    case 'inputs-lost':
      return chalk.yellow(tellLostInputs(entry));
    case 'ignore':
      return chalk.yellow(
        `late result of ${nameTask(entry.task)} from worker ${entry.worker} ignored: the task is no longer its`,
      );
    case 'attempt-slow':
      return chalk.yellow(
        `${nameTask(entry.task)} has been running on worker ${entry.worker} for ${Math.round(entry.runningMs / 1000)} s; the worker lives`,
      );
    case 'retry':
      return chalk.yellow(
        `${nameTask(entry.task)} failed on worker ${entry.worker}, ${entry.isStillRunning ? 'and runs on elsewhere' : 'will be tried again'}: ${firstLine(entry.failure.error)}`,
      );
    case 'skip-record':
      return chalk.yellow(
        `the record at byte ${entry.offset} is bad: ${nameTask(entry.task)} will leave it out`,
      );
    case 'skip-key':
      return chalk.yellow(
        `the key ${preview(entry.key)} is bad: ${nameTask(entry.task)} will leave it out`,
      );
    case 'phase-completed':
      return chalk.green(
        entry.phase === 'map'
          ? 'all map tasks completed: the barrier opens, reduce tasks may start'
          : 'all reduce tasks completed',
      );
    default:
      return undefined;
  }
}

function tellJoined({ name, worker, holds }: StreamEntry & { type: 'worker-joined' }) {
  const line = `${name} joins as worker ${worker}`;
  if (!holds || holds.length === 0) return line;
  return `${line}; it holds the input of ${countOf(holds.length, 'map task')}`;
}

function tellStart(entry: StreamEntry & { type: 'start-attempt' }): string {
  const { task, worker, backup, isReExecution } = entry;
  if (backup) return chalk.yellow(tellBackup(task, worker, backup));
  const line = `${nameTask(task)} to worker ${worker}`;
  if (!isReExecution) return chalk.dim(line);
  return chalk.yellow(`${line}: re-execution, its earlier work was lost`);
}

/** `map 7 takes long on worker 2 (12 s, median 1 s): backup task on worker 4`. */
function tellBackup(task: TaskRef, worker: number, backup: BackupReason): string {
  const { runningMs, medianMs, isSilent } = backup;
  const what = nameTask(task);
  const then = `backup task on worker ${worker}`;
  if (isSilent) return `worker ${backup.worker} is silent, it runs ${what}: ${then}`;
  const median = medianMs === undefined ? '' : `, median ${formatMs(medianMs)}`;
  const times = `(${formatMs(runningMs)}${median})`;
  return `${what} takes long on worker ${backup.worker} ${times}:\n${indent}${then}`;
}

/** Two digits are enough to compare: `0.27 s`, `1.2 s`, `12 s`. */
function formatMs(ms: number): string {
  const seconds = ms / 1000;
  const digits = seconds < 0.995 ? 2 : seconds < 9.95 ? 1 : 0;
  return `${seconds.toFixed(digits)} s`;
}

function tellCancelled({
  task,
  worker,
  isBackup,
}: StreamEntry & { type: 'cancel-attempt' }) {
  const what = `${nameTask(task)} on worker ${worker}`;
  if (isBackup) return `the backup task of ${what} has lost: it is cancelled`;
  return `${what} has lost: it is cancelled`;
}

type WorkerLost = StreamEntry & { type: 'worker-lost' };

/** Below the text of the line before, beside its time. */
const indent = ' '.repeat(10);

/** `map 3`, `reduce 0`. */
export function nameTask({ kind, index }: TaskRef): string {
  return `${kind} ${index}`;
}

/** `worker 2 lost: 3 map tasks go back to idle, 2 of them were completed`, and why. */
export function tellLostWorker({ worker, why, requeued }: WorkerLost): string {
  const line = `worker ${worker} lost: ${tellRequeued(requeued)}`;
  const hadOutput = requeued.some(({ was }) => was === 'completed');
  return `${line}\n${indent}${hadOutput ? 'their output was on its disk; ' : ''}${why}`;
}

function tellRequeued(requeued: readonly Requeued[]): string {
  if (requeued.length === 0) return 'it held no work that is still needed';
  const maps = requeued.filter(({ task }) => task.kind === 'map');
  const reduces = requeued.length - maps.length;
  const tasks = [countTasks(maps.length, 'map'), countTasks(reduces, 'reduce')].filter(
    Boolean,
  );
  const line = `${tasks.join(' and ')} ${requeued.length === 1 ? 'goes' : 'go'} back to idle`;
  const completed = maps.filter(({ was }) => was === 'completed').length;
  if (completed === 0) return line;
  if (completed === requeued.length) return `${line}, completed before`;
  return `${line}, ${completed} of them ${completed === 1 ? 'was' : 'were'} completed`;
}

function tellLostInputs({
  task,
  worker,
  requeued,
}: StreamEntry & { type: 'inputs-lost' }) {
  const maps = requeued.filter((one) => one.task.kind === 'map');
  const what = maps.map((one) => nameTask(one.task)).join(', ') || 'a lost worker';
  return `${nameTask(task)} on worker ${worker} cannot read the output of ${what}: all go back to idle`;
}

function tellReopened(entry: StreamEntry & { type: 'reopen-stage' }): string {
  const { requeued, stage } = entry;
  const tasks = requeued.map(({ task }) => nameTask(task)).join(', ');
  return `stage ${stage} goes on: ${tasks || 'nothing'} to be executed again`;
}

/** `mr-out-1 is`, `mr-out-1, mr-out-3 are`. */
function nameOutputs(outputs: readonly number[]): string {
  const names = outputs.map((index) => `mr-out-${index}`).join(', ');
  return `${names} ${outputs.length === 1 ? 'is' : 'are'}`;
}

function countTasks(count: number, kind: string): string {
  return count === 0 ? '' : countOf(count, `${kind} task`);
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] as string;
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}

/** `1 file`, `18 files`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
