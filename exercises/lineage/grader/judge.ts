/**
 * Judges a plan for one loss: it can be executed in its order, it makes what is wanted, and no
 * smaller one does. Says what is wrong with it, and which mistake that looks like.
 */
import { CheckFailure, type Explanation } from '../../../src/grading/check.ts';
import type {
  Lineage,
  LineageTask,
  MapOutput,
  MapPlan,
  MapRecipe,
  PieceName,
  TaskName,
} from '../../../src/mapreduce/lineage.ts';
import {
  draw,
  findLeast,
  isThere,
  type Loss,
  listExisting,
  listLostInputs,
  locate,
  sortByNeed,
} from './loss.ts';
import { shrink } from './shrink.ts';

export interface Subject {
  planRecovery(
    lineage: Lineage,
    lostWorkers: ReadonlySet<number>,
    wanted: readonly PieceName[],
  ): TaskName[];
  planSecondJob(
    previous: readonly MapOutput[],
    maps: readonly MapRecipe[],
    lostWorkers: ReadonlySet<number>,
  ): MapPlan[];
}

/**
 * Throws a CheckFailure when the student's plan for `loss` is not the least one, with a drawing
 * of the smallest loss that shows the same mistake.
 */
export function expectLeast(planRecovery: Subject['planRecovery'], loss: Loss): void {
  const failure = judge(planRecovery, loss);
  if (!failure) return;
  const isSame = (smaller: Loss) => {
    const other = judge(planRecovery, smaller);
    return other !== undefined && other.mistake === failure.mistake;
  };
  const smallest = shrink(loss, isSame);
  throw new CheckFailure(judge(planRecovery, smallest) ?? failure);
}

/** Undefined: there is nothing to say against it. */
function judge(
  planRecovery: Subject['planRecovery'],
  loss: Loss,
): Explanation | undefined {
  const least = findLeast(loss);
  const complain = (saw: string, mistake?: string) => ({
    did: draw(loss),
    saw,
    expected: describePlan(loss, least),
    mistake,
  });
  const outcome = run(planRecovery, loss);
  if (outcome instanceof CheckFailure) throw outcome;
  if (outcome instanceof Error) {
    const threw = `it threw ${outcome.name}: ${outcome.message}`;
    if (least) return complain(threw, recogniseError(outcome));
    if (namesLostInput(loss, outcome)) return undefined;
    return complain(threw, 'the error does not say which input of the job is lost');
  }
  if (!least)
    return complain(formatPlan(outcome), 'an input of the job is lost for ever');
  const problem = findProblem(loss, outcome, least);
  return problem && complain(`${formatPlan(outcome)}: ${problem[0]}`, problem[1]);
}

function describePlan(loss: Loss, least: ReadonlySet<TaskName> | undefined): string {
  if (!least) return `it throws an Error that names ${listLostInputs(loss).join(' or ')}`;
  if (least.size === 0) return 'an empty plan';
  const sorted = sortByNeed(loss.lineage.tasks).map(({ name }) => name);
  const plan = sorted.filter((name) => least.has(name)).join(', ');
  return least.size === 1 ? plan : `${plan}, in an order that can be executed`;
}

function run(planRecovery: Subject['planRecovery'], loss: Loss): unknown {
  const { lineage, lostWorkers, wanted } = loss;
  try {
    // Copies, so that nothing a plan does can reach the next one.
    const tasks = lineage.tasks.map(({ name, reads, writes }) => {
      return { name, reads: [...reads], writes: [...writes] };
    });
    const locations = new Map(lineage.locations);
    return planRecovery({ tasks, locations }, new Set(lostWorkers), [...wanted]);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function recogniseError(error: Error): string | undefined {
  if (error instanceof RangeError) return 'it walks for ever: a lineage has no circles';
  return undefined;
}

/** As a word of its own: an accident's message may hold a short name, too. */
function namesLostInput(loss: Loss, { message }: Error): boolean {
  const words = message.split(/[^\w-]+/);
  return listLostInputs(loss).some((piece) => words.includes(piece));
}

function formatPlan(plan: unknown): string {
  if (!Array.isArray(plan)) return `${typeof plan}, ${JSON.stringify(plan)}`;
  return plan.length === 0 ? 'an empty plan' : plan.join(', ');
}

/** What is wrong, and what it looks like. */
type Problem = readonly [what: string, mistake?: string];

function findProblem(
  loss: Loss,
  plan: unknown,
  least: ReadonlySet<TaskName>,
): Problem | undefined {
  if (!Array.isArray(plan)) return ['no list', 'return the names of tasks in an array'];
  const { tasks } = loss.lineage;
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const unknown = plan.find((name) => !byName.has(name));
  if (unknown !== undefined) return [`there is no task ${unknown}`];
  const twice = plan.find((name, i) => plan.indexOf(name) !== i);
  if (twice !== undefined) {
    const mistake = 'two tasks need what it makes: note which tasks are planned already';
    return [`${twice} is executed twice`, mistake];
  }
  const steps = plan.map((name) => byName.get(name) as LineageTask);
  return (
    findBlocked(loss, steps, least) ??
    findMissing(loss, steps) ??
    findSuperfluous(loss, steps, least)
  );
}

function findBlocked(
  loss: Loss,
  steps: readonly LineageTask[],
  least: ReadonlySet<TaskName>,
): Problem | undefined {
  const there = listExisting(loss);
  for (const { name, reads, writes } of steps) {
    const missing = reads.find((piece) => !there.has(piece));
    if (missing !== undefined) {
      const isLater = steps.some(({ writes }) => writes.includes(missing));
      const isNeeded = least.has(name);
      const what = `${name} reads ${missing}, which is not there then`;
      if (isLater)
        return [what, 'the order: a task comes after those that make its input'];
      if (isNeeded) return [what, 'what a lost piece is made from may be lost, too'];
      return [what, 'nobody needs this task, and its input is not made'];
    }
    for (const piece of writes) there.add(piece);
  }
  return undefined;
}

function findMissing(loss: Loss, steps: readonly LineageTask[]): Problem | undefined {
  const made = new Set(steps.flatMap(({ writes }) => writes));
  const missing = loss.wanted.find((piece) => !isThere(loss, piece) && !made.has(piece));
  if (missing === undefined) return undefined;
  return [
    `then there is no ${missing}`,
    'whatever is wanted and not there has to be made',
  ];
}

function findSuperfluous(
  loss: Loss,
  steps: readonly LineageTask[],
  least: ReadonlySet<TaskName>,
): Problem | undefined {
  const idle = steps.filter(({ name }) => !least.has(name));
  const [first] = idle;
  if (!first) return undefined;
  const what = `${idle.map(({ name }) => name).join(', ')} need not be executed`;
  if (steps.length === loss.lineage.tasks.length && steps.length > 1)
    return [what, 'everything is executed again'];
  const isAt = (where: string) => (piece: PieceName) => locate(loss, piece) === where;
  if (idle.some(({ writes }) => writes.some(isAt('stable'))))
    return [what, 'what is on stable storage is never made again'];
  if (first.writes.every((piece) => isThere(loss, piece)))
    return [what, 'what it makes is there already'];
  return [what, 'what it makes is lost, but nobody needs it'];
}
