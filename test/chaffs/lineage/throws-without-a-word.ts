/**
 * Throws where an input is lost, and leaves the reader to find out which.
 *
 * Fails: unrecoverable
 * Looks like: the error does not say which input
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
    if (!maker) throw new Error('the plan is impossible');
    if (plan.has(maker.name)) return;
    maker.reads.forEach(need);
    plan.add(maker.name);
  };
  wanted.forEach(need);
  return [...plan];
}

/** A plan for each of `maps`, in their order: which output of `previous` it is, if any. */
export function planSecondJob(
  previous: readonly MapOutput[],
  maps: readonly MapRecipe[],
  lostWorkers: ReadonlySet<number>,
): MapPlan[] {
  const existing = previous.filter(({ location }) => exists(location, lostWorkers));
  return maps.map((map) => {
    const same = existing.find(({ recipe }) => isSame(recipe, map));
    return same ? { type: 'reuse', output: same.name } : { type: 'run' };
  });
}

function exists(
  location: Location | undefined,
  lostWorkers: ReadonlySet<number>,
): boolean {
  if (typeof location === 'object') return !lostWorkers.has(location.worker);
  return location === 'stable storage';
}

function isSame(a: MapRecipe, b: MapRecipe): boolean {
  return (
    a.mapFunction === b.mapFunction &&
    a.input === b.input &&
    a.inputVersion === b.inputVersion &&
    a.partitioner === b.partitioner &&
    a.reduceTasks === b.reduceTasks
  );
}
