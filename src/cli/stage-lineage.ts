/**
 * From what a stage makes its output, as fingerprints: what `--cache` looks things up by, and
 * `--explain` shows.
 *
 * Source: slides, "Mapreduce: What could go wrong?", data lineage; "Job 1, Job 2".
 */
import {
  type Fingerprint,
  fingerprintAll,
  fingerprintInput,
  fingerprintJob,
  fingerprintMapFunction,
  fingerprintMapTask,
  fingerprintPartitioner,
  hashOfTheKey,
} from '../mapreduce/fingerprint.ts';
import type { OutputRecipe } from '../mapreduce/lineage.ts';
import type { Plan } from './mapreduce-plan.ts';

export interface StageLineage {
  readonly job: Fingerprint;
  readonly partitioner: Fingerprint;
  /** The records of all splits. */
  readonly input: Fingerprint;
  /** Of each map task's output. */
  readonly maps: readonly Fingerprint[];
}

/** What of a plan its output depends on; not memory, workers or faults. */
export type Work = Pick<
  Plan,
  | 'jobFile'
  | 'params'
  | 'splits'
  | 'reduceTasks'
  | 'inputFormat'
  | 'outputFormat'
  | 'skipBadRecords'
>;

/** Reads all of the input once. Throws a SplitError where that cannot be read. */
export async function describeLineage(work: Work): Promise<StageLineage> {
  const { jobFile, params, splits, reduceTasks, inputFormat, skipBadRecords } = work;
  const mapFunction = await fingerprintMapFunction(jobFile, params);
  const inputs: Fingerprint[] = [];
  const maps: Fingerprint[] = [];
  for (const split of splits) {
    const input = fingerprintInput(split);
    const format = inputFormat ?? split.fallback;
    const choices = [reduceTasks, format, skipBadRecords];
    inputs.push(input);
    maps.push(fingerprintMapTask(mapFunction, input, choices));
    // Others want to be heard meanwhile.
    await new Promise((done) => setImmediate(done));
  }
  return {
    job: await fingerprintJob(jobFile, params),
    partitioner: await fingerprintPartitioner(jobFile, params),
    input: fingerprintAll(inputs),
    maps,
  };
}

export function recipeOf(
  { job, partitioner, maps }: StageLineage,
  { reduceTasks, outputFormat }: Work,
  reduce: number,
): OutputRecipe {
  return { job, partitioner, maps, reduceTasks, reduce, outputFormat };
}

/** `code 1f3c9a02, partitioner the key's hash, input 77d1e0aa`. */
export function formatLineage({ job, partitioner, input }: StageLineage): string {
  const own = partitioner === hashOfTheKey ? partitioner : shorten(partitioner);
  return `code ${shorten(job)}, partitioner ${own}, input ${shorten(input)}`;
}

function shorten(fingerprint: Fingerprint): string {
  return fingerprint.slice(0, 8);
}
