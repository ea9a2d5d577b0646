/**
 * A run of the simulated cluster as its settings want it: the plan for `src/sim/cluster.ts`, the
 * stream that comes of it, and the same run without its faults beside it. Tasks take what the
 * seed says, wherever and whenever they run, so two runs differ by their faults alone.
 */
import { backUpStragglers, noBackups } from '../mapreduce/backup-policy.ts';
import type { StreamEntry, TaskRef } from '../mapreduce/events.ts';
import { describeFault, type FaultPlan, planKills } from '../mapreduce/fault-plan.ts';
import { Tally } from '../mapreduce/tally.ts';
import { isShown, type RunFacts, type RunRecord, trimEntry } from '../page/run-record.ts';
import type { SimulationSettings, WishedFault } from '../page/simulation.ts';
import { type ClusterPlan, runCluster } from '../sim/cluster.ts';
import { createRandom } from '../sim/random.ts';

/** What the command says, and no page changes. */
export interface SimulationPlan {
  readonly taskMs: number;
  readonly seed: number;
  /** Killed in the middle of its work, at a moment that the seed says. */
  readonly killWorkers: readonly number[];
  /** Killed then. */
  readonly killsAt: readonly WishedFault[];
  readonly slowWorkers: readonly { readonly worker: number; readonly factor: number }[];
}

export interface SimulatedRun {
  readonly entries: readonly StreamEntry[];
  readonly faults: readonly string[];
  readonly costs: Costs;
  /** Of the same run without its faults. */
  readonly calm: Costs;
}

/** What a run took. */
export interface Costs {
  readonly outcome: 'completed' | 'failed';
  readonly makespanMs: number;
  readonly tally: Tally;
  /** Why it failed. */
  readonly why: string | undefined;
}

export function simulateRun(
  settings: SimulationSettings,
  plan: SimulationPlan,
): SimulatedRun {
  const { workers, wishes } = settings;
  const isThere = isOneOf(workers);
  const kills = plan.killWorkers.filter((worker) => isThere({ worker }));
  const slow = plan.slowWorkers.filter(isThere);
  const killsAt = plan.killsAt.filter(isThere);
  const faults: FaultPlan = [
    ...planKills(kills, plan.seed),
    ...slow.map((one) => ({ type: 'slow-worker', ...one }) as const),
  ];
  const base = planCluster(settings, plan);
  const all = [...killsAt, ...wishes.filter(isThere)];
  const entries = runCluster({ ...base, faults, wishes: all });
  return {
    entries,
    faults: [...faults.map(describeFault), ...killsAt.map(describeKill)],
    costs: countCosts(entries, workers),
    calm: countCosts(runCluster(base), workers),
  };
}

/** The page may take workers away; a fault for one of those is none. */
function isOneOf(workers: number) {
  return ({ worker }: { readonly worker: number }) => worker <= workers;
}

function describeKill({ worker, atMs }: WishedFault): string {
  return `SIGKILL to worker ${worker} at ${atMs / 1000} s`;
}

function planCluster(settings: SimulationSettings, plan: SimulationPlan): ClusterPlan {
  const { workers, mapTasks, reduceTasks, hasBackups, outputSurvives } = settings;
  const random = createRandom(plan.seed);
  const draw = (count: number) =>
    Array.from({ length: count }, () => Math.round(plan.taskMs * (0.8 + 0.4 * random())));
  const durationsMs = { map: draw(mapTasks), reduce: draw(reduceTasks) };
  return {
    ...{ workers, maps: mapTasks, reduces: reduceTasks, outputSurvives },
    chooseBackup: hasBackups ? backUpStragglers : noBackups,
    takesMs: ({ kind, index }: TaskRef) => durationsMs[kind][index] as number,
  };
}

function countCosts(entries: readonly StreamEntry[], workers: number): Costs {
  const tally = new Tally(workers);
  for (const entry of entries) tally.read(entry);
  const last = entries.at(-1);
  const why = last?.type === 'fail-job' ? last.why : undefined;
  const outcome = why === undefined ? 'completed' : 'failed';
  return { outcome, makespanMs: last?.atMs ?? 0, tally, why };
}

/** The run as a page gets it. */
export function recordRun(
  settings: SimulationSettings,
  plan: SimulationPlan,
  run = simulateRun(settings, plan),
): RunRecord {
  const { entries, faults, costs, calm } = run;
  const facts: RunFacts = {
    job: 'A simulated cluster',
    ...{ mapTasks: settings.mapTasks, reduceTasks: settings.reduceTasks },
    ...{ workers: settings.workers, seed: plan.seed, faults },
    outcome: costs.outcome,
    comparison: 'not asked for',
    baseline: {
      state: 'measured',
      makespanMs: calm.makespanMs,
      attempts: calm.tally.attempts,
    },
    simulation: {
      ...settings,
      wishes: settings.wishes.filter(isOneOf(settings.workers)),
    },
  };
  return { facts, entries: entries.filter(isShown).map(trimEntry) };
}
