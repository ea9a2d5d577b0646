/**
 * One task alone, in this process: to see what it does, or to go through it step by step. A
 * map task's pairs are written as they are emitted, before any combiner; a reduce task runs
 * all map tasks first, since any of them may have something for it.
 *
 * Source: OSDI '04, section 4.7, "Local Execution": "flags to limit the computation".
 */
import { dirname } from 'node:path';
import type { TaskRef } from './events.ts';
import type { OutputFormat } from './formats.ts';
import { GroupedPairs } from './grouped-pairs.ts';
import type { BytesJob, Job } from './job.ts';
import { PairFile, writeReduced } from './output-file.ts';
import { mapAll } from './sequential.ts';
import type { Split } from './splits.ts';
import { mapRecords, openSplit } from './task.ts';

/** Writes the task's pairs to `path`. Rejects with a JobFunctionError when the job fails. */
export async function runOneTask(
  job: Job | BytesJob,
  splits: readonly Split[],
  reduceTasks: number,
  { kind, index }: TaskRef,
  path: string,
  format: OutputFormat,
  memoryBytes: number,
): Promise<void> {
  if (kind === 'reduce') {
    const folder = dirname(path);
    const pairs = new GroupedPairs(job, { reduceTasks, memoryBytes, folder });
    try {
      await mapAll(job, splits, pairs);
      await writeReduced(job, pairs.finish()[index] ?? [], path, format);
    } finally {
      pairs.close();
    }
    return;
  }
  const output = new PairFile(path);
  try {
    const add = (key: string, value: string) =>
      output.write(key.toWellFormed(), value.toWellFormed());
    await mapRecords(job, openSplit(job, splits[index] as Split), add);
    output.finish();
  } finally {
    output.close();
  }
}
