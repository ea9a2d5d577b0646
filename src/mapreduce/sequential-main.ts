/**
 * The entry point of the process that runs a job sequentially: user code, so it runs where it
 * can be killed, as in a worker. Its configuration comes as JSON in a file, since the list of
 * splits may be longer than a command line.
 */
import { readFileSync } from 'node:fs';
import { type JobParams, loadJob } from './job.ts';
import { runSequential } from './sequential.ts';
import type { Split } from './splits.ts';
import { JobFunctionError } from './task-failure.ts';

export interface SequentialConfig {
  readonly jobModule: string;
  readonly params: JobParams;
  readonly splits: readonly Split[];
  readonly reduceTasks: number;
  readonly outputDir: string;
  /** For each map task, where the records begin that are left out. */
  readonly skips: readonly (readonly number[])[];
}

const config: SequentialConfig = JSON.parse(
  readFileSync(process.argv[2] as string, 'utf8'),
);
const { jobModule, params, splits, reduceTasks, outputDir, skips } = config;
try {
  const job = await loadJob(jobModule, params);
  const left = skips.map((offsets) => new Set(offsets));
  await runSequential(job, splits, reduceTasks, outputDir, left);
  process.exit(0);
} catch (error) {
  const { on, error: text } =
    error instanceof JobFunctionError ? error.failure : { on: '', error: String(error) };
  process.stderr.write(`error: the job failed in the sequential run\n${on}\n${text}\n`);
  process.exit(1);
}
