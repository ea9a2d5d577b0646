/**
 * `--cache`: what a stage finds of earlier jobs' work, and what it leaves for later ones.
 *
 * Source: slides, "Job 1, Job 2", reusing map outputs.
 */
import type { StreamEntry } from '../mapreduce/events.ts';
import {
  fingerprintInput,
  fingerprintMapFunction,
  fingerprintMapTask,
} from '../mapreduce/fingerprint.ts';
import { MapCache } from '../mapreduce/map-cache.ts';
import type { MasterOptions } from '../mapreduce/master-options.ts';
import type { Split } from '../mapreduce/splits.ts';
import type { RunStore } from '../mapreduce/stores/run-store.ts';
import type { MapReduceOptions } from './mapreduce-options.ts';

/** What the master is told of earlier work, and what it has to write down. */
export interface Memory
  extends Pick<
    MasterOptions,
    'completed' | 'firstAttempt' | 'keepMapOutput' | 'canBeResumed'
  > {
  readonly read?: (entry: StreamEntry) => void;
}

/** One stage, as far as its tasks depend on it. */
export interface Work extends MapReduceOptions {
  readonly splits: readonly Split[];
  readonly stage: number | undefined;
}

export async function openCache(
  cache: string,
  { jobFile, params, splits, reduceTasks, inputFormat, skipBadRecords }: Work,
  { config }: RunStore,
  _outputDir: string,
): Promise<Memory> {
  if (config.type !== 'shared') throw new Error('the cache is stable storage');
  const kept = new MapCache(cache);
  const mapFunction = await fingerprintMapFunction(jobFile, params);
  const fingerprints = splits.map((split) =>
    fingerprintMapTask(mapFunction, fingerprintInput(split), [
      reduceTasks,
      inputFormat ?? split.fallback,
      skipBadRecords,
    ]),
  );
  const completed = fingerprints.flatMap((fingerprint, index) => {
    const found = kept.find(fingerprint, index);
    if (!found) return [];
    const { attempt, folder, output } = found;
    const task = { kind: 'map', index } as const;
    return [{ task, attempt, output, address: `folder:${folder}` }];
  });
  return {
    completed,
    keepMapOutput: (map, attempt, output) => {
      const entry = { map, attempt, output };
      const { folder } = kept.add(fingerprints[map] as string, config.folder, entry);
      return `folder:${folder}`;
    },
  };
}
