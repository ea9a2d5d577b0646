/**
 * Exercise: what to execute again after a loss, and what a second job need not execute at
 * all. README.md says what to do.
 */
import type {
  Lineage,
  Location,
  MapOutput,
  MapPlan,
  MapRecipe,
  PieceName,
  TaskName,
} from '../../src/mapreduce/lineage.ts';

// TODO: write the two functions below, in this order.
/**
 * The fewest tasks to execute, each after those that make what it reads, so that all pieces of
 * `wanted` are there. Throws if one of them cannot be made: an input of the job is lost.
 */
export function planRecovery(
  lineage: Lineage,
  lostWorkers: ReadonlySet<number>,
  wanted: readonly PieceName[],
): TaskName[] {
  throw new Error('planRecovery is not written yet');
}

/** A plan for each of `maps`, in their order: which output of `previous` it is, if any. */
export function planSecondJob(
  previous: readonly MapOutput[],
  maps: readonly MapRecipe[],
  lostWorkers: ReadonlySet<number>,
): MapPlan[] {
  throw new Error('planSecondJob is not written yet');
}
