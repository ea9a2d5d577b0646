/**
 * Which records are to be skipped: those that the map function has failed on twice, in
 * whatever attempts of its task. Plain data, changed by the scheduler alone.
 *
 * Source: OSDI '04, section 4.6, "Skipping Bad Records".
 */
import type { Decision } from './events.ts';
import type { SchedulerState, Task } from './scheduler-state.ts';
import { refTo } from './scheduler-state.ts';
import type { TaskFailure } from './task-failure.ts';

/** One may be chance: a full disk, a kill that meant somebody else. */
const failuresOfBad = 2;

export interface SuspectRecord {
  failures: number;
  /** Of its last failure, with the stack. */
  error: string;
}

/** Undefined: bad records are not skipped. */
export type SkipRule = { readonly maxRecords: number } | undefined;

/** Where the records begin that the task's next attempt leaves out. */
export function listSkipped({ suspects }: Task): number[] {
  return [...suspects]
    .filter(([, { failures }]) => failures >= failuresOfBad)
    .map(([offset]) => offset);
}

/**
 * An attempt of `task` has ended on a record. Undefined: the record, if there is one, is not
 * known to be bad, so that the failure counts as any other.
 */
export function suspectRecord(
  state: SchedulerState,
  task: Task,
  { offset, error }: Pick<TaskFailure, 'offset' | 'error'>,
): Extract<Decision, { type: 'skip-record' }> | undefined {
  if (!state.rules.skipBadRecords || offset === undefined) return undefined;
  const suspect = task.suspects.get(offset) ?? { failures: 0, error };
  task.suspects.set(offset, suspect);
  suspect.failures++;
  suspect.error = error;
  if (suspect.failures < failuresOfBad) return undefined;
  if (suspect.failures === failuresOfBad) state.skippedRecords++;
  return { type: 'skip-record', task: refTo(task), offset, error };
}

/** Why the job cannot go on: so many bad records are not bad luck. */
export function explainTooManySkipped({
  rules: { skipBadRecords },
  skippedRecords,
}: SchedulerState): string | undefined {
  if (!skipBadRecords || skippedRecords <= skipBadRecords.maxRecords) return undefined;
  return `${skippedRecords} bad records are more than --max-skipped ${skipBadRecords.maxRecords}`;
}
