/**
 * The status of a run as the document "MapReduce Distributed System" shows it, with what each
 * worker has done.
 */
import type { RunStatus, StatusReader, WorkerStatus } from '../mapreduce/status.ts';
import type { Screen } from './mapreduce-screen.ts';
import { countOf, nameTask } from './mapreduce-story.ts';

const line = '='.repeat(60);

/** Prints the status again and again; returns what ends that. */
export function printStatusEvery(
  everyMs: number | undefined,
  status: StatusReader,
  screen: Screen,
): () => void {
  if (everyMs === undefined) return () => {};
  const print = () => screen.print(formatStatus(status.describe(), new Date()));
  const timer = setInterval(print, everyMs);
  return () => clearInterval(timer);
}

/** `now` is the moment at which the status was true. */
export function formatStatus(status: RunStatus, now: Date): string {
  const { job, stage, workers, tasks, reassigned, atMs } = status;
  const lost = workers.filter(({ state }) => state === 'lost').length;
  const heartbeats = workers.reduce((sum, worker) => sum + worker.heartbeats, 0);
  return [
    line,
    `SYSTEM STATUS - ${dateOf(now)}T${timeOf(now)}`,
    line,
    `Workers: ${workers.length - lost} registered${lost > 0 ? `, ${lost} lost` : ''}`,
    ...workers.map((worker) => `  ${formatWorker(worker, now)}`),
    '',
    'Tasks:',
    `  Pending: ${tasks.pending}`,
    `  Running: ${tasks.running}`,
    `  Completed: ${tasks.completed}`,
    `  Failed: ${tasks.failed}`,
    '',
    `${stage ? `stage ${stage.number} of ${stage.count}, ` : ''}${job}, ${Math.round(atMs / 1000)} s: ${countOf(reassigned, 'task')} reassigned, ${countOf(heartbeats, 'heartbeat')}`,
    line,
  ].join('\n');
}

function formatWorker(status: WorkerStatus, now: Date): string {
  const { name, state, task, silentMs, completed } = status;
  const seen = timeOf(new Date(now.getTime() - silentMs));
  const doing = task === undefined ? ',' : ` ${nameTask(task)},`;
  return `${name}: ${state} (last seen: ${seen})${doing} ${countOf(completed, 'task')} done`;
}

/** By the clock on the wall. */
function timeOf(date: Date): string {
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function dateOf(date: Date): string {
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}
