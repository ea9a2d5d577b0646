/**
 * A schedule as data: where it departs from the default order, and nothing else. The default
 * delivers every message in its time, fires every timer in its own, and crashes nobody; so the
 * empty schedule is the ordinary run, and every schedule prints as a short code:
 *
 *     4-slow,7-lose          9-crash:w2          (the default order prints as 0)
 *
 * Steps count the moments at which something could be decided, from 1.
 */

/**
 * What may befall a message or a timer when its turn has come. `swap`: what comes next comes
 * first. `slow`: much later, so that timers fire meanwhile. `copy`: the message arrives twice.
 */
export type Action = 'swap' | 'slow' | 'lose' | 'copy' | `crash:${string}`;

export interface Deviation {
  readonly step: number;
  readonly action: Action;
}

/** In the order of their steps. */
export type Schedule = readonly Deviation[];

/** A code that nobody has printed; the message says how one looks. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

const defaultCode = '0';

export function printSchedule(schedule: Schedule): string {
  if (schedule.length === 0) return defaultCode;
  return schedule.map(({ step, action }) => `${step}-${action}`).join(',');
}

/** Reads what `printSchedule` prints. Throws a ScheduleError. */
export function parseSchedule(code: string): Schedule {
  if (code === defaultCode) return [];
  const schedule = code.split(',').map(parseDeviation);
  const isInOrder = schedule.every(
    ({ step }, i) => i === 0 || step > (schedule[i - 1] as Deviation).step,
  );
  if (!isInOrder) throw new ScheduleError(`schedule "${code}": its steps must rise`);
  return schedule;
}

function parseDeviation(text: string): Deviation {
  const [, step, action] =
    /^([1-9]\d{0,8})-(swap|slow|lose|copy|crash:[\w-]+)$/.exec(text) ?? [];
  if (step && action) return { step: Number(step), action: action as Action };
  throw new ScheduleError(
    `schedule "${text}": write it like 4-slow,7-lose or 9-crash:w2`,
  );
}
