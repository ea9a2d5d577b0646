/**
 * A new job is a new job.
 *
 * Fails: second-job-reuses
 * Looks like: nothing has changed: nothing has to be executed
 */
import type {
  Lineage,
  Location,
  MapOutput,
  MapPlan,
  MapRecipe,
  PieceName,
  TaskName,
} from '../../../src/mapreduce/lineage.ts';

/**
 * The fewest tasks to execute, each after those that make what it reads, so that all pieces of
 * `wanted` are there. Throws if one of them cannot be made: an input of the job is lost.
 */
export function planRecovery(
  lineage: Lineage,
  lostWorkers: ReadonlySet<number>,
  wanted: readonly PieceName[],
): TaskName[] {
  const makers = new Map(
    lineage.tasks.flatMap((task) => task.writes.map((piece) => [piece, task])),
  );
  const plan = new Set<TaskName>();
  const need = (piece: PieceName) => {
    if (exists(lineage.locations.get(piece), lostWorkers)) return;
    const maker = makers.get(piece);
    if (!maker) throw new Error(`${piece} is lost, and no task makes it`);
    if (plan.has(maker.name)) return;
    maker.reads.forEach(need);
    plan.add(maker.name);
  };
  wanted.forEach(need);
  return [...plan];
}

/** A plan for each of `maps`, in their order: which output of `previous` it is, if any. */
export function planSecondJob(
  _previous: readonly MapOutput[],
  maps: readonly MapRecipe[],
  _lostWorkers: ReadonlySet<number>,
): MapPlan[] {
  return maps.map(() => ({ type: 'run' }));
}

function exists(
  location: Location | undefined,
  lostWorkers: ReadonlySet<number>,
): boolean {
  if (location === undefined || location === 'stable storage') return !!location;
  return !lostWorkers.has(location.worker);
}
