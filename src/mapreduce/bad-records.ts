/**
 * Which records are to be skipped: those that the map function has failed on twice, in
 * whatever attempts of its task; and which keys, since they are what the reduce function has
 * failed on. Plain data, changed by the scheduler alone.
 *
 * Ours, not the paper's, which speaks of records: a key stands for all its values.
 * Source: OSDI '04, section 4.6, "Skipping Bad Records".
 */
import type { Decision } from './events.ts';
import type { SchedulerState, Task } from './scheduler-state.ts';
import { refTo } from './scheduler-state.ts';
import type { TaskFailure } from './task-failure.ts';

/** One may be chance: a full disk, a kill that meant somebody else. */
const failuresOfBad = 2;

export interface Suspect {
  failures: number;
  /** Of its last failure, with the stack. */
  error: string;
}

/** Undefined: bad records are not skipped. */
export type SkipRule = { readonly maxRecords: number } | undefined;

/** What the next attempt of a task leaves out: where records begin, or keys. */
export function listSkipped({ suspects }: Task): { offsets: number[]; keys: string[] } {
  const bad = [...suspects].filter(([, { failures }]) => failures >= failuresOfBad);
  const places = bad.map(([place]) => place);
  return {
    offsets: places.filter((place) => typeof place === 'number'),
    keys: places.filter((place) => typeof place === 'string'),
  };
}

/** A longer key is not worth its way to the master and back: failures on it are like others. */
const maxKeyLength = 64 * 1024;

/**
 * An attempt of `task` has ended on a record or a key. Undefined: that, if there is one, is not
 * known to be bad, so that the failure counts as any other.
 */
export function suspect(
  state: SchedulerState,
  task: Task,
  { offset, key, error }: Pick<TaskFailure, 'offset' | 'key' | 'error'>,
): Extract<Decision, { type: 'skip-record' | 'skip-key' }> | undefined {
  const place = task.kind === 'map' ? offset : key;
  if (!state.rules.skipBadRecords || place === undefined) return undefined;
  if (typeof place === 'string' && place.length > maxKeyLength) return undefined;
  const found = task.suspects.get(place) ?? { failures: 0, error };
  task.suspects.set(place, found);
  found.failures++;
  found.error = error;
  if (found.failures < failuresOfBad) return undefined;
  if (found.failures === failuresOfBad) state.skippedRecords++;
  const told = { task: refTo(task), error };
  if (typeof place === 'string') return { type: 'skip-key', ...told, key: place };
  return { type: 'skip-record', ...told, offset: place };
}

/** Why the job cannot go on: so many bad records are not bad luck. */
export function explainTooManySkipped({
  rules: { skipBadRecords },
  skippedRecords,
  isBarrierOpen,
}: SchedulerState): string | undefined {
  if (!skipBadRecords || skippedRecords <= skipBadRecords.maxRecords) return undefined;
  const what = isBarrierOpen ? 'records and keys' : 'records';
  return `${skippedRecords} bad ${what} are more than --max-skipped ${skipBadRecords.maxRecords}`;
}
