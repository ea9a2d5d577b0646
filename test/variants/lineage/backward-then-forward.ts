/**
 * Correct: first finds what is needed, with a queue, then brings it into an order, by counting
 * what each task still waits for. Recipes are compared as JSON.
 */
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
  const needed = new Set<LineageTask>();
  const queue = wanted.filter(isGone);
  function isGone(piece: string): boolean {
    const location = lineage.locations.get(piece);
    if (location === 'stable storage') return false;
    return location === undefined || lostWorkers.has(location.worker);
  }
  while (queue.length > 0) {
    const piece = queue.pop() as string;
    const task = lineage.tasks.find(({ writes }) => writes.includes(piece));
    if (task === undefined) throw new Error(`cannot make ${piece}`);
    if (needed.has(task)) continue;
    needed.add(task);
    queue.push(...task.reads.filter(isGone));
  }
  const plan: string[] = [];
  const made = new Set<string>();
  while (needed.size > 0) {
    for (const task of needed) {
      if (!task.reads.every((piece) => made.has(piece) || !isGone(piece))) continue;
      plan.push(task.name);
      for (const piece of task.writes) made.add(piece);
      needed.delete(task);
    }
  }
  return plan;
}

export function planSecondJob(
  previous: readonly MapOutput[],
  maps: readonly MapRecipe[],
  lostWorkers: ReadonlySet<number>,
): MapPlan[] {
  const outputs = new Map<string, string>();
  for (const { name, recipe, location } of previous) {
    if (location !== 'stable storage' && lostWorkers.has(location.worker)) continue;
    outputs.set(keyOf(recipe), name);
  }
  return maps.map((map) => {
    const output = outputs.get(keyOf(map));
    return output === undefined ? { type: 'run' } : { type: 'reuse', output };
  });
}

function keyOf(recipe: MapRecipe): string {
  const { mapFunction, input, inputVersion, partitioner, reduceTasks } = recipe;
  return JSON.stringify([mapFunction, input, inputVersion, partitioner, reduceTasks]);
}
