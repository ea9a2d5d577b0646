/**
 * Where the barrier between the phases is expected: when all map tasks will be completed, if
 * every missing one takes as long as the median. It moves right when a completed one is lost.
 */
import type { RunModel } from './run-model.ts';
import type { Cell } from './stage-model.ts';

/** Of the stage that runs, in milliseconds of the run; undefined: no map task is missing, or nothing is known yet. */
export function expectBarrier(run: RunModel, nowMs: number): number | undefined {
  const medianMs = findMedian(run);
  const { stage } = run;
  const missing = stage.cells.map.filter(({ state }) => state !== 'completed');
  const hands = [...run.lanes.values()].filter(
    ({ state }) => state === 'idle' || state === 'busy',
  ).length;
  if (medianMs === undefined || missing.length === 0 || hands === 0) return undefined;
  const startedMs = new Map<Cell, number>();
  for (const { bar } of run.lanes.values()) {
    if (bar?.task.kind === 'map' && bar.stage === stage.number)
      startedMs.set(stage.cellOf(bar.task), bar.startMs);
  }
  let workMs = 0;
  for (const cell of missing) {
    const ranMs = nowMs - (startedMs.get(cell) ?? nowMs);
    workMs += Math.max(medianMs - ranMs, 0);
  }
  return nowMs + workMs / Math.min(hands, missing.length);
}

/** Of the map attempts that were completed, whatever became of their output. */
function findMedian({ bars, stage: { number } }: RunModel): number | undefined {
  const durations = bars.flatMap(({ stage, task, fate, startMs, endMs }) => {
    const isDone = fate === 'completed' || fate === 'lost later';
    return isDone && stage === number && task.kind === 'map' && endMs !== undefined
      ? [endMs - startMs]
      : [];
  });
  durations.sort((a, b) => a - b);
  return durations[Math.floor(durations.length / 2)];
}
