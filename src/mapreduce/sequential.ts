/**
 * The sequential run: the same job on the same splits in one process, one task after the
 * other, without a combiner. It is the oracle of the distributed run, which must write the
 * same bytes.
 *
 * Source: MIT 6.5840 lab 1, mrsequential; OSDI '04, section 4.7.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from './job.ts';
import { partitionOf } from './partition.ts';
import { readSplit, type Split } from './splits.ts';
import { type Groups, mapRecords, reduceGroups } from './task.ts';

/**
 * Writes `mr-out-0` to `mr-out-<reduceTasks - 1>` into `outputDir`. Rejects with a
 * JobFunctionError when the job fails.
 */
export async function runSequential(
  job: Job,
  splits: readonly Split[],
  reduceTasks: number,
  outputDir: string,
): Promise<void> {
  const groups: Groups = new Map();
  for (const split of splits) {
    await mapRecords(job, readSplit(split), groups, { combine: false });
  }
  mkdirSync(outputDir, { recursive: true });
  const partitions: Groups[] = Array.from({ length: reduceTasks }, () => new Map());
  for (const [key, values] of groups) {
    partitions[partitionOf(key, reduceTasks)]?.set(key, values);
  }
  for (const [reduce, partition] of partitions.entries()) {
    writeFileSync(
      join(outputDir, outputName(reduce)),
      await reduceGroups(job, partition),
    );
  }
}

export function outputName(reduce: number): string {
  return `mr-out-${reduce}`;
}

/** The first output file that differs between two folders; undefined: all are the same bytes. */
export function findDifference(
  folder: string,
  otherFolder: string,
  reduceTasks: number,
): string | undefined {
  for (let reduce = 0; reduce < reduceTasks; reduce++) {
    const name = outputName(reduce);
    const bytes = readFileSync(join(folder, name));
    if (!bytes.equals(readFileSync(join(otherFolder, name)))) return name;
  }
  return undefined;
}
