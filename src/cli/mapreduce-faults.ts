/**
 * The fault plan that the options of `npm run mapreduce` ask for, and how many processes may
 * take the place of those that it kills.
 */
import { type Fault, type FaultPlan, planKills } from '../mapreduce/fault-plan.ts';
import type { MapReduceOptions } from './mapreduce-options.ts';

/** A bad record that kills the process of a worker has killed two when it is skipped. */
const lostByRecord = 2;

/** Those of one stage: what chance does is another in each. */
export function planFaults(options: MapReduceOptions, stage = 1): FaultPlan {
  const seed = options.seed + stage - 1;
  const { crashPercent, stragglerPercent, stragglerDelayMs: delayMs } = options;
  const kills = options.killWorkers.filter((kill) => kill.stage === stage);
  const slow = options.slowWorkers.map((one): Fault => ({ type: 'slow-worker', ...one }));
  const faults: Fault[] = [
    ...planKills(
      kills.map(({ worker }) => worker),
      seed,
    ),
    ...slow,
  ];
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
