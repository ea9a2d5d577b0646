/**
 * Correct: no walk at all. The set of needed pieces grows until nothing changes, then tasks
 * are ranked by how far they are from what exists.
 */
import { isDeepStrictEqual } from 'node:util';
import type {
  Lineage,
  LineageTask,
  MapOutput,
  MapPlan,
  MapRecipe,
} from '../../../src/mapreduce/lineage.ts';

export function planRecovery(
  lineage: Lineage,
  lostWorkers: ReadonlySet<number>,
  wanted: readonly string[],
): string[] {
  const isMissing = (piece: string) => {
    const location = lineage.locations.get(piece) ?? { worker: -1 };
    if (location === 'stable storage') return false;
    return location.worker === -1 || lostWorkers.has(location.worker);
  };
  const makerOf: Record<string, LineageTask> = Object.create(null);
  for (const task of lineage.tasks)
    for (const piece of task.writes) makerOf[piece] = task;

  let needed = new Set(wanted.filter(isMissing));
  for (let size = -1; size !== needed.size; ) {
    size = needed.size;
    const inputs = [...needed].flatMap((piece) => {
      const maker = makerOf[piece];
      if (maker === undefined) throw new Error(`lost for ever: ${piece}`);
      return maker.reads.filter(isMissing);
    });
    needed = new Set([...needed, ...inputs]);
  }

  const ranks = new Map<LineageTask, number>();
  const rankOf = (task: LineageTask): number => {
    const known = ranks.get(task);
    if (known !== undefined) return known;
    const before = task.reads
      .filter(isMissing)
      .map((p) => rankOf(makerOf[p] as LineageTask));
    const rank = 1 + Math.max(0, ...before);
    ranks.set(task, rank);
    return rank;
  };
  const tasks = new Set([...needed].map((piece) => makerOf[piece] as LineageTask));
  return [...tasks].sort((a, b) => rankOf(a) - rankOf(b)).map(({ name }) => name);
}

export function planSecondJob(
  previous: readonly MapOutput[],
  maps: readonly MapRecipe[],
  lostWorkers: ReadonlySet<number>,
): MapPlan[] {
  return maps.map((map): MapPlan => {
    const [output] = previous.filter(
      ({ recipe, location }) =>
        isDeepStrictEqual(recipe, map) &&
        (location === 'stable storage' || !lostWorkers.has(location.worker)),
    );
    return output ? { type: 'reuse', output: output.name } : { type: 'run' };
  });
}
