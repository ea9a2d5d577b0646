/**
 * The entry point of the process that runs a job sequentially, or one of its tasks: user code,
 * so it runs where it can be killed, as in a worker. Its configuration comes as JSON in a
 * file, since the list of splits may be longer than a command line.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import inspector from 'node:inspector';
import { join } from 'node:path';
import { tellSourcesOf } from './bundle-stacks.cjs';
import type { TaskKind, TaskRef } from './events.ts';
import type { OutputFormat } from './formats.ts';
import { JobError, type JobParams, loadJob } from './job.ts';
import { runOneTask } from './one-task.ts';
import { interceptJob } from './pace.ts';
import { pairsName, runSequential, totalsName } from './sequential.ts';
import type { Split } from './splits.ts';
import { JobFunctionError } from './task-failure.ts';
import { explainNoPairs, type Totals } from './totals.ts';

export interface SequentialConfig {
  readonly jobModule: string;
  readonly params: JobParams;
  readonly splits: readonly Split[];
  readonly reduceTasks: number;
  readonly outputFormat: OutputFormat;
  readonly outputDir: string;
  /** For all pairs, about; the rest goes to a file. */
  readonly memoryBytes: number;
  /** For each map task, where the records begin that are left out. */
  readonly skips: readonly (readonly number[])[];
  /** Keys that are left out. */
  readonly skippedKeys: readonly string[];
  /** Set: just this task. */
  readonly only?: TaskRef | undefined;
  /** True: wait for a debugger, and pause before the first record or key. */
  readonly isInspected?: boolean;
}

const config: SequentialConfig = JSON.parse(
  readFileSync(process.argv[2] as string, 'utf8'),
);
try {
  await run(config);
  process.exit(0);
} catch (error) {
  const { on, error: text } =
    error instanceof JobFunctionError ? error.failure : { on: '', error: String(error) };
  process.stderr.write(`error: the job failed in the sequential run\n${on}\n${text}\n`);
  process.exit(1);
}

/** What it writes last tells that it has come to its end. */
async function run({ isInspected, only, ...config }: SequentialConfig): Promise<void> {
  const { splits, reduceTasks, outputDir, outputFormat, memoryBytes } = config;
  // It prints where it listens; only programs of this machine reach it.
  if (isInspected) inspector.open(0, '127.0.0.1', true);
  tellSourcesOf(config.jobModule);
  const loaded = await loadJob(config.jobModule, config.params);
  const job = isInspected ? pauseBefore(only?.kind ?? 'map', loaded) : loaded;
  const file = join(outputDir, only ? pairsName : totalsName);
  if (only) {
    const path = `${file}.part`;
    await runOneTask(job, splits, reduceTasks, only, path, outputFormat, memoryBytes);
  } else {
    const totals = await runSequential(job, splits, reduceTasks, outputDir, {
      skips: config.skips.map((offsets) => new Set(offsets)),
      skippedKeys: new Set(config.skippedKeys),
      format: outputFormat,
      memoryBytes,
    });
    refuseNoPairs(totals);
    writeFileSync(`${file}.part`, JSON.stringify(totals));
  }
  renameSync(`${file}.part`, file);
}

/** As the master does. */
function refuseNoPairs(totals: Totals): void {
  const why = explainNoPairs(totals);
  if (why !== undefined) throw new JobError(why);
}

/** Before the first call of the job's function; the next step goes into it. */
function pauseBefore<AnyJob extends object>(kind: TaskKind, job: AnyJob): AnyJob {
  let isFirst = true;
  return interceptJob(job, (name) => {
    if (name !== kind || !isFirst) return;
    isFirst = false;
    // biome-ignore lint/suspicious/noDebugger: this is what --inspect asks for
    debugger;
  });
}
