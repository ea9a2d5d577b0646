/**
 * `--cache`: what a stage finds of earlier jobs' work, and what it leaves for later ones.
 *
 * Source: slides, "Job 1, Job 2", reusing map outputs.
 */
import { join } from 'node:path';
import type { MapOutput, StreamEntry } from '../mapreduce/events.ts';
import { type Fingerprint, fingerprintOutput } from '../mapreduce/fingerprint.ts';
import { MapCache } from '../mapreduce/map-cache.ts';
import type { MasterOptions } from '../mapreduce/master-options.ts';
import { OutputCache } from '../mapreduce/output-cache.ts';
import { outputName } from '../mapreduce/sequential.ts';
import type { RunStore } from '../mapreduce/stores/run-store.ts';
import { recipeOf, type StageLineage, type Work } from './stage-lineage.ts';

/** What the master is told of earlier work, and what it has to write down. */
export interface Memory
  extends Pick<
    MasterOptions,
    'completed' | 'firstAttempt' | 'keepMapOutput' | 'keepReduceOutput' | 'canBeResumed'
  > {
  readonly read?: (entry: StreamEntry) => void;
}

type Completed = NonNullable<MasterOptions['completed']>;

/** Finds what earlier jobs have left in the cache, and keeps what this stage makes. */
export async function openCache(
  cache: string,
  work: Work,
  lineage: StageLineage,
  { config }: RunStore,
  outputDir: string,
): Promise<Memory> {
  if (config.type !== 'shared') throw new Error('the cache is stable storage');
  const { folder: from } = config;
  const kept = new MapCache(cache);
  const outputs = new OutputCache(cache);
  const maps = findMaps(kept, lineage.maps);
  const areAllThere = maps.length === lineage.maps.length;
  const recipes = Array.from({ length: work.reduceTasks }, (_, reduce) =>
    recipeOf(lineage, work, reduce),
  );
  // What the maps have counted belongs to the result: without all of them there is none.
  const found = areAllThere ? await findOutputs(outputs, recipes, outputDir) : [];
  return {
    completed: [...maps, ...found],
    keepMapOutput: (map: number, attempt: number, output: MapOutput) => {
      const entry = { map, attempt, output };
      const { folder } = kept.add(lineage.maps[map] as Fingerprint, from, entry);
      return `folder:${folder}`;
    },
    keepReduceOutput: (reduce, attempt, output) => {
      const recipe = recipeOf(lineage, work, reduce);
      const path = join(outputDir, outputName(reduce));
      outputs.add(fingerprintOutput(recipe), path, { attempt, output, recipe });
    },
  };
}

function findMaps(kept: MapCache, fingerprints: readonly Fingerprint[]): Completed {
  return fingerprints.flatMap((fingerprint, index) => {
    const found = kept.find(fingerprint, index);
    if (!found) return [];
    const { attempt, folder, output } = found;
    const task = { kind: 'map', index } as const;
    return [{ task, attempt, output, address: `folder:${folder}` }];
  });
}

/** Puts what it finds into the output folder. */
async function findOutputs(
  outputs: OutputCache,
  recipes: readonly ReturnType<typeof recipeOf>[],
  outputDir: string,
): Promise<Completed> {
  const completed: Completed[number][] = [];
  for (const [index, recipe] of recipes.entries()) {
    const path = join(outputDir, outputName(index));
    const found = await outputs.find(fingerprintOutput(recipe), path);
    if (!found) continue;
    const { attempt, output } = found;
    completed.push({ task: { kind: 'reduce', index }, attempt, output });
  }
  return completed;
}
