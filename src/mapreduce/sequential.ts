/**
 * The sequential run: the same job on the same splits in one process, one task after the
 * other, without a combiner. It is the oracle of the distributed run, which must write the
 * same bytes.
 *
 * Source: MIT 6.5840 lab 1, mrsequential; OSDI '04, section 4.7.
 */
import { closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskOutput } from './events.ts';
import type { OutputFormat } from './formats.ts';
import { GroupedPairs } from './grouped-pairs.ts';
import type { BytesJob, Job } from './job.ts';
import { writeReduced } from './output-file.ts';
import type { Split } from './splits.ts';
import { mapRecords, openSplit } from './task.ts';
import { addTotals, type Totals } from './totals.ts';

export interface SequentialOptions {
  /** For each map task, where the records begin that are left out. */
  readonly skips?: readonly ReadonlySet<number>[];
  /** Keys that are left out. */
  readonly skippedKeys?: ReadonlySet<string>;
  /** Undefined: key-value. */
  readonly format?: OutputFormat;
  /** For the pairs of all map tasks, about; more are sorted in a file. */
  readonly memoryBytes?: number;
}

const defaultMemoryBytes = 64 * 1024 * 1024;

/**
 * Writes `mr-out-0` to `mr-out-<reduceTasks - 1>` into `outputDir`, and says what it has counted. Rejects with a
 * JobFunctionError when the job fails.
 */
export async function runSequential(
  job: Job | BytesJob,
  splits: readonly Split[],
  reduceTasks: number,
  outputDir: string,
  options: SequentialOptions = {},
): Promise<Totals> {
  const { skips, skippedKeys, format, memoryBytes = defaultMemoryBytes } = options;
  mkdirSync(outputDir, { recursive: true });
  const pairs = new GroupedPairs(job, { reduceTasks, memoryBytes, folder: outputDir });
  try {
    const outputs: TaskOutput[] = await mapAll(job, splits, pairs, skips);
    for (const [reduce, groups] of pairs.finish().entries()) {
      const path = join(outputDir, outputName(reduce));
      const watch = skippedKeys ? { skip: skippedKeys } : {};
      const result = await writeReduced(job, groups, path, format, watch);
      outputs.push({ kind: 'reduce', file: outputName(reduce), ...result });
    }
    return addTotals(outputs);
  } finally {
    pairs.close();
  }
}

/** Adds what all map tasks emit to `pairs`; resolves with what each says of itself. */
export async function mapAll(
  job: Job | BytesJob,
  splits: readonly Split[],
  pairs: GroupedPairs,
  skips: readonly ReadonlySet<number>[] = [],
): Promise<TaskOutput[]> {
  const outputs: TaskOutput[] = [];
  const add = (key: string, value: string) => pairs.add(key, value);
  for (const [map, split] of splits.entries()) {
    const watch = { skip: skips[map] ?? nothing };
    const counts = await mapRecords(job, openSplit(job, split), add, watch);
    outputs.push({ kind: 'map', ...counts, regions: [] });
  }
  return outputs;
}

const nothing: ReadonlySet<number> = new Set();

/** Beside the output: what the run has counted, as JSON. */
export const totalsName = '.mr-totals';

/** In the place of the output: what one task has written. */
export const pairsName = '.mr-pairs';

export function outputName(reduce: number): string {
  return `mr-out-${reduce}`;
}

/** The paths of all output files of a job, in the order of its reduce tasks. */
export function listOutputFiles(outputDir: string, reduceTasks: number): string[] {
  return Array.from({ length: reduceTasks }, (_, reduce) =>
    join(outputDir, outputName(reduce)),
  );
}

/** The first output file that differs between two folders; undefined: all are the same bytes. */
export function findDifference(
  folder: string,
  otherFolder: string,
  reduceTasks: number,
): string | undefined {
  for (let reduce = 0; reduce < reduceTasks; reduce++) {
    const name = outputName(reduce);
    if (!areEqual(join(folder, name), join(otherFolder, name))) return name;
  }
  return undefined;
}

const comparedBytes = 1024 * 1024;

/** Compares two files, a part of each in memory at a time. */
function areEqual(path: string, otherPath: string): boolean {
  const descriptors = [openSync(path, 'r'), openSync(otherPath, 'r')] as const;
  const [bytes, others] = [Buffer.alloc(comparedBytes), Buffer.alloc(comparedBytes)];
  const read = (descriptor: number, buffer: Buffer, at: number) =>
    buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, at));
  try {
    for (let at = 0; ; at += comparedBytes) {
      const part = read(descriptors[0], bytes, at);
      if (!part.equals(read(descriptors[1], others, at))) return false;
      if (part.length < comparedBytes) return true;
    }
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}
