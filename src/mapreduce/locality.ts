/**
 * Where the input of reduce tasks lies: how many bytes of each are on which worker's own disk.
 * Kept up to date with every map output that is accepted or lost, so that choosing is cheap.
 *
 * Ours, not the paper's, which places map tasks by the input's replicas (OSDI '04, section
 * 3.4): here every worker of one machine reads the same disk, and map output is what has a
 * place.
 */
import type { TaskOutput } from './events.ts';
import type { SchedulerState, Task } from './scheduler-state.ts';

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
