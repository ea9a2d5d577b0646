/**
 * The sequential run: the same job on the same splits in one process, one task after the
 * other, without a combiner. It is the oracle of the distributed run, which must write the
 * same bytes.
 *
 * Source: MIT 6.5840 lab 1, mrsequential; OSDI '04, section 4.7.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskOutput } from './events.ts';
import type { OutputFormat } from './formats.ts';
import type { BytesJob, Job } from './job.ts';
import type { Group } from './merge.ts';
import { writeReduced } from './output-file.ts';
import { sortKeys } from './partition.ts';
import { readSplit, type Split } from './splits.ts';
import { choosePartition, mapRecords } from './task.ts';
import { addTotals, type Totals } from './totals.ts';

/** Values by key, in the order of emission. */
type Groups = Map<string, string[]>;

/**
 * Writes `mr-out-0` to `mr-out-<reduceTasks - 1>` into `outputDir`, and says what it has counted. Rejects with a
 * JobFunctionError when the job fails. `skips` says for each map task where the records begin
 * that are left out.
 */
export async function runSequential(
  job: Job | BytesJob,
  splits: readonly Split[],
  reduceTasks: number,
  outputDir: string,
  skips: readonly ReadonlySet<number>[] = [],
  format: OutputFormat = 'key-value',
): Promise<Totals> {
  const { partitions, outputs } = await mapAll(job, splits, reduceTasks, skips);
  mkdirSync(outputDir, { recursive: true });
  for (const [reduce, partition] of partitions.entries()) {
    const path = join(outputDir, outputName(reduce));
    const result = await writeReduced(job, listGroups(partition), path, format);
    outputs.push({ kind: 'reduce', file: outputName(reduce), ...result });
  }
  return addTotals(outputs);
}

/** What all map tasks emit, as each reduce task gets it; and what each says of itself. */
export async function mapAll(
  job: Job | BytesJob,
  splits: readonly Split[],
  reduceTasks: number,
  skips: readonly ReadonlySet<number>[] = [],
): Promise<{ partitions: Groups[]; outputs: TaskOutput[] }> {
  const outputs: TaskOutput[] = [];
  const groups: Groups = new Map();
  const add = (unsafeKey: string, value: string) => {
    const key = unsafeKey.toWellFormed();
    const known = groups.get(key);
    if (known) known.push(value.toWellFormed());
    else groups.set(key, [value.toWellFormed()]);
  };
  for (const [map, split] of splits.entries()) {
    const watch = { skip: skips[map] ?? nothing };
    const counts = await mapRecords(job, readSplit(split), add, watch);
    outputs.push({ kind: 'map', ...counts, regions: [] });
  }
  const partitions: Groups[] = Array.from({ length: reduceTasks }, () => new Map());
  for (const [key, values] of groups) {
    partitions[choosePartition(job, key, reduceTasks)]?.set(key, values);
  }
  return { partitions, outputs };
}

const nothing: ReadonlySet<number> = new Set();

/** Every key with its values, in byte order of the keys. */
export function* listGroups(groups: Groups): Generator<Group> {
  for (const key of sortKeys([...groups.keys()])) {
    yield { key, values: groups.get(key) as string[] };
  }
}

/** Beside the output: what the run has counted, as JSON. */
export const totalsName = '.mr-totals';

/** In the place of the output: what one task has written. */
export const pairsName = '.mr-pairs';

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
