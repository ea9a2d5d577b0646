/**
 * `--sequential` and `--only`: the job, or one task of it, in one process without workers, so
 * that it can be looked at, measured, and gone through with a debugger.
 *
 * Source: OSDI '04, section 4.7, "Local Execution".
 */
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Bundle, bundleWorker } from '../mapreduce/bundle.ts';
import { OutputFolder } from '../mapreduce/output-folder.ts';
import { pairsName, totalsName } from '../mapreduce/sequential.ts';
import { Tally } from '../mapreduce/tally.ts';
import type { Totals } from '../mapreduce/totals.ts';
import { UsageError } from './command.ts';
import type { Interruption } from './interruption.ts';
import type { MapReduceOptions } from './mapreduce-options.ts';
import { printResults } from './mapreduce-report.ts';
import { countOf, nameTask } from './mapreduce-story.ts';
import { summarise, type Work } from './mapreduce-summary.ts';
import type { LocalRun } from './refinement-options.ts';
import { runSequentialProcess } from './sequential-process.ts';

type LocalWork = Work &
  Pick<
    MapReduceOptions,
    'jobFile' | 'params' | 'output' | 'top' | 'json' | 'memoryBytes'
  >;

/** Runs and reports; returns the exit code. Throws a UsageError where there is no such task. */
export async function runLocally(
  work: LocalWork,
  { only, isInspected }: LocalRun,
  runDir: string,
  interruption: Interruption,
): Promise<number> {
  const { mapTasks, reduceTasks } = { ...work, mapTasks: work.splits.length };
  const tasks = only?.kind === 'map' ? mapTasks : reduceTasks;
  if (only && only.index >= tasks) {
    throw new UsageError(
      `--only ${only.kind}:${only.index}: the job has ${countOf(tasks, `${only.kind} task`)}, 0 to ${tasks - 1}`,
    );
  }
  const bundle = await bundleWorker(work.jobFile, runDir);
  const run = (outputDir: string) =>
    runInProcess(bundle, work, { only, isInspected }, outputDir, runDir, interruption);
  if (!only) return runWholeJob(work, run);
  const folder = mkdtempSync(join(runDir, 'task-'));
  console.error(`${work.jobName}: ${nameTask(only)} alone, in one process`);
  const exitCode = await run(folder);
  if (exitCode === 0) await printFile(join(folder, pairsName));
  return exitCode;
}

async function runInProcess(
  { jobModule, sequentialMain }: Bundle,
  { params, splits, reduceTasks, outputFormat, memoryBytes }: LocalWork,
  local: LocalRun,
  outputDir: string,
  runDir: string,
  interruption: Interruption,
): Promise<number> {
  const job = {
    jobModule,
    params,
    splits,
    reduceTasks,
    outputFormat,
    skips: [],
    skippedKeys: [],
  };
  const config = { ...job, memoryBytes, outputDir, ...local };
  const end = await runSequentialProcess(
    sequentialMain,
    config,
    runDir,
    interruption.signal,
  );
  if (end !== 'aborted') return end === 'completed' ? 0 : 1;
  console.error('interrupted: the process has ended, and no output is left');
  return interruption.exitCode;
}

async function runWholeJob(
  work: LocalWork,
  run: (outputDir: string) => Promise<number>,
): Promise<number> {
  const output = new OutputFolder(work.output);
  console.error(
    `${work.jobName}: ${countOf(work.splits.length, 'map task')} and ${countOf(work.reduceTasks, 'reduce task')}, one after the other in one process`,
  );
  const startMs = performance.now();
  const exitCode = await run(output.path);
  if (exitCode !== 0) {
    output.discard();
    return exitCode;
  }
  const elapsedMs = Math.round(performance.now() - startMs);
  const totals: Totals = JSON.parse(readFileSync(join(output.path, totalsName), 'utf8'));
  rmSync(join(output.path, totalsName));
  output.finish();
  const end = { elapsedMs, outputDir: output.path, verified: null, sequential: true };
  const tally = new Tally(0);
  const summary = summarise(
    { ...work, workers: 0 },
    tally,
    { totals, skipped: [], skippedKeys: [] },
    end,
  );
  if (work.json) console.log(JSON.stringify(summary));
  else printResults(summary, tally, { top: work.top, config: undefined });
  return 0;
}

/** Who has read enough closes the pipe, and that is no error. */
async function printFile(path: string): Promise<void> {
  try {
    await pipeline(createReadStream(path), process.stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
