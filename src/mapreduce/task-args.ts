/**
 * What a worker must be told to run an attempt: for a map task its split, for a reduce task
 * where each map task's output is and what it must look like.
 */
import { listSkipped } from './bad-records.ts';
import type { Decision, MapOutput } from './events.ts';
import type { SchedulerState, Task } from './scheduler-state.ts';
import type { Split } from './splits.ts';
import type { PartitionSource, RunTaskArgs, StageWork } from './wire.ts';

export function createTaskArgs(
  start: Decision & { type: 'start-attempt' },
  state: SchedulerState,
  splits: readonly Split[],
  /** Where the output of a completed map task is. */
  addressOf: (map: Task) => string | undefined,
  token: string,
  stageWork: StageWork | undefined,
): RunTaskArgs {
  const work = stageWork ? { work: stageWork } : {};
  const { attempt, task, failpointFraction, delayMs } = start;
  const slowness = state.workers.get(start.worker)?.slowness ?? 1;
  if (task.kind === 'reduce') {
    const sources = listSources(task.index, state, addressOf, token);
    const hasFailpoint = failpointFraction !== undefined;
    const reduce = task.index;
    const skip = listSkipped(state.reduces[reduce] as Task).keys;
    const args = { kind: 'reduce', attempt, reduce, sources, skip, delayMs } as const;
    return { ...args, slowness, hasFailpoint, ...work };
  }
  const split = splits[task.index] as Split;
  const skip = listSkipped(state.maps[task.index] as Task).offsets;
  const ref = { kind: 'map', attempt, map: task.index } as const;
  const args = { ...ref, split, skip, delayMs, slowness, ...work };
  if (failpointFraction === undefined) return args;
  const bytes = split.end - split.start;
  return {
    ...args,
    failpointOffset: Math.floor(split.start + failpointFraction * bytes),
  };
}

function listSources(
  reduce: number,
  state: SchedulerState,
  addressOf: (map: Task) => string | undefined,
  token: string,
): PartitionSource[] {
  return state.maps.flatMap((map) => {
    const { index, accepted } = map;
    if (!accepted)
      throw new Error(`reduce task ${reduce} was started before map ${index} ended`);
    const region = (accepted.output as MapOutput).regions[reduce];
    const address = addressOf(map);
    if (!region || !address)
      throw new Error(`map task ${index} has no output for ${reduce}`);
    if (region.bytes === 0) return [];
    return [{ map: index, attempt: accepted.attempt, address, token, ...region }];
  });
}
