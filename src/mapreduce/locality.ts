/**
 * Where the input of tasks lies. Of a map task: with the workers that have said so when they
 * joined; the master's own all read its disk. Of a reduce task: how many bytes are on which
 * worker's own disk, kept up to date with every map output that is accepted or lost, so that
 * choosing is cheap.
 *
 * Source: OSDI '04, section 3.4, "Locality". Ours: of reduce tasks, too.
 */
import type { TaskOutput } from './events.ts';
import type { SchedulerState, Task, WorkerState } from './scheduler-state.ts';

/** The worker has made this map output, and serves it. */
export function addHeldBytes(
  state: SchedulerState,
  worker: number,
  output: TaskOutput,
): void {
  change(state, worker, output, 1);
}

/** The map output is lost, or nobody believes in it any more. */
export function removeHeldBytes(
  state: SchedulerState,
  worker: number,
  output: TaskOutput,
): void {
  change(state, worker, output, -1);
}

function change(
  { heldBytes, rules }: SchedulerState,
  worker: number,
  output: TaskOutput,
  sign: 1 | -1,
): void {
  // Where a store keeps all output, no worker is nearer to it than another.
  if (output.kind !== 'map' || rules.outputSurvives) return;
  const held = heldBytes.get(worker) ?? [];
  heldBytes.set(worker, held);
  for (const [reduce, { bytes }] of output.regions.entries()) {
    held[reduce] = (held[reduce] ?? 0) + sign * bytes;
  }
}

/**
 * Of the idle map tasks the first whose input this worker holds; else the first whose input no
 * other one holds, who could read it where it lies; else the first. Nobody stays idle for it.
 */
export function pickNearestMap(
  { workers }: SchedulerState,
  worker: WorkerState,
  idle: readonly Task[],
): Task | undefined {
  const others = [...workers.values()].filter(
    ({ id, status }) => id !== worker.id && status !== 'lost',
  );
  const isOthers = ({ index }: Task) => others.some(({ holds }) => holds?.has(index));
  return (
    idle.find(({ index }) => worker.holds?.has(index)) ??
    idle.find((task) => !isOthers(task)) ??
    idle[0]
  );
}

/** Of the idle tasks the one of whose input this worker holds most; the first among equals. */
export function pickNearest(
  { reduces, heldBytes }: SchedulerState,
  worker: number,
): Task | undefined {
  const held = heldBytes.get(worker) ?? [];
  let nearest: Task | undefined;
  for (const task of reduces) {
    if (task.status !== 'idle') continue;
    const bytes = held[task.index] ?? 0;
    if (!nearest || bytes > (held[nearest.index] ?? 0)) nearest = task;
  }
  return nearest;
}
