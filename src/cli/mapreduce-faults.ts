/**
 * The fault plan that the options of `npm run mapreduce` ask for, and how many processes may
 * take the place of those that it kills.
 */
import { type Fault, type FaultPlan, planKills } from '../mapreduce/fault-plan.ts';
import type { MapReduceOptions } from './mapreduce-options.ts';

/** A bad record that kills the process of a worker has killed two when it is skipped. */
const lostByRecord = 2;

export function planFaults(options: MapReduceOptions): FaultPlan {
  const { seed, crashPercent, stragglerPercent, stragglerDelayMs: delayMs } = options;
  const slow = options.slowWorkers.map((one): Fault => ({ type: 'slow-worker', ...one }));
  const faults: Fault[] = [...planKills(options.killWorkers, seed), ...slow];
  if (crashPercent > 0) {
    faults.push({ type: 'crash-attempts', percent: crashPercent, seed });
  }
  if (stragglerPercent > 0) {
    faults.push({ type: 'delay-attempts', percent: stragglerPercent, delayMs, seed });
  }
  return faults;
}

/**
 * None without crashes by chance: a planned kill shows what the other workers do about it.
 * With them, enough for several rounds of every task, since each crash also takes the map
 * output of its worker along; yet a job whose every attempt crashes comes to its end.
 */
export function allowReplacements(
  faults: FaultPlan,
  tasks: number,
  { skipBadRecords }: Pick<MapReduceOptions, 'skipBadRecords'>,
): number {
  const crashes = faults.some(({ type }) => type === 'crash-attempts');
  const afterCrashes = crashes ? 50 + 5 * tasks : 0;
  return afterCrashes + lostByRecord * (skipBadRecords?.maxRecords ?? 0);
}
