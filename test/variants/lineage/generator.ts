/**
 * Correct: a generator that yields tasks as they can be executed, and loops without recursion
 * into arrays.
 */
import type {
  Lineage,
  MapOutput,
  MapPlan,
  MapRecipe,
} from '../../../src/mapreduce/lineage.ts';

export function planRecovery(
  { tasks, locations }: Lineage,
  lostWorkers: ReadonlySet<number>,
  wanted: readonly string[],
): string[] {
  const there = new Set<string>();
  for (const [piece, location] of locations) {
    if (location === 'stable storage' || !lostWorkers.has(location.worker))
      there.add(piece);
  }
  function* make(piece: string): Generator<string> {
    if (there.has(piece)) return;
    const task = tasks.find(({ writes }) => writes.some((written) => written === piece));
    if (!task) throw new RangeError(`${piece} was an input, and is lost`);
    for (const input of task.reads) yield* make(input);
    yield task.name;
    for (const written of task.writes) there.add(written);
  }
  const plan: string[] = [];
  for (const piece of wanted) plan.push(...make(piece));
  return plan;
}

const fields = [
  'mapFunction',
  'input',
  'inputVersion',
  'partitioner',
  'reduceTasks',
] as const satisfies readonly (keyof MapRecipe)[];

export function planSecondJob(
  previous: readonly MapOutput[],
  maps: readonly MapRecipe[],
  lostWorkers: ReadonlySet<number>,
): MapPlan[] {
  const plans: MapPlan[] = [];
  for (const map of maps) {
    let plan: MapPlan = { type: 'run' };
    for (const { name, recipe, location } of previous) {
      const isLost = typeof location === 'object' && lostWorkers.has(location.worker);
      if (isLost || fields.some((field) => recipe[field] !== map[field])) continue;
      plan = { type: 'reuse', output: name };
      break;
    }
    plans.push(plan);
  }
  return plans;
}
