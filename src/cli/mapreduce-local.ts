/**
 * `--sequential` and `--only`: the job, or one task of it, in one process without workers, so
 * that it can be looked at, measured, and gone through with a debugger.
 *
 * Source: OSDI '04, section 4.7, "Local Execution".
 */
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Bundle, bundleJob, bundleTasks } from '../mapreduce/bundle.ts';
import { InputError } from '../mapreduce/input.ts';
import { OutputFolder } from '../mapreduce/output-folder.ts';
import { describeFile } from '../mapreduce/remote-file.ts';
import { listOutputFiles, pairsName, totalsName } from '../mapreduce/sequential.ts';
import { Tally } from '../mapreduce/tally.ts';
import type { Totals } from '../mapreduce/totals.ts';
import { UsageError } from './command.ts';
import type { Interruption } from './interruption.ts';
import { nameStage } from './mapreduce-news.ts';
import { type Plan, planFirstStage, planNextStage } from './mapreduce-plan.ts';
import { printResults } from './mapreduce-report.ts';
import { countOf, nameTask } from './mapreduce-story.ts';
import { summarise, summariseStages } from './mapreduce-summary.ts';
import type { LocalRun } from './refinement-options.ts';
import { runSequentialProcess } from './sequential-process.ts';

/** Runs and reports; returns the exit code. Throws a UsageError where there is no such task. */
export async function runLocally(
  work: Plan,
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
  const bundle = await bundleTasks(work.jobFile, runDir);
  const local = { only, isInspected };
  if (!only) return runStages(work, bundle, runDir, interruption);
  const folder = mkdtempSync(join(runDir, 'task-'));
  console.error(`${work.jobName}: ${nameTask(only)} alone, in one process`);
  const exitCode = await runInProcess(bundle, work, local, folder, runDir, interruption);
  if (exitCode === 0) await printFile(join(folder, pairsName));
  return exitCode;
}

async function runInProcess(
  { jobModule, sequentialMain }: Bundle,
  { params, splits, reduceTasks, outputFormat, memoryBytes }: Plan,
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

/** One after the other; what lies between two of them lies in the run's folder. */
async function runStages(
  whole: Plan,
  bundle: Bundle,
  runDir: string,
  interruption: Interruption,
): Promise<number> {
  const { laterJobs, local = { only: undefined, isInspected: false } } = whole;
  const output = new OutputFolder(whole.output);
  const startMs = performance.now();
  const stages: { work: Plan; totals: Totals }[] = [];
  let work = planFirstStage(whole);
  for (let stage = 1; ; stage++) {
    const isLast = stage > laterJobs.length;
    const folder = isLast ? output.path : join(runDir, `stage-${stage}`);
    mkdirSync(folder, { recursive: true });
    const jobModule =
      stage === 1 ? bundle.jobModule : await bundleJob(work.jobFile, runDir, stage);
    announceStage(work);
    const modules = { ...bundle, jobModule };
    const code = await runInProcess(modules, work, local, folder, runDir, interruption);
    if (code !== 0) {
      output.discard();
      return code;
    }
    stages.push({ work, totals: takeTotals(folder) });
    if (isLast) break;
    work = await planAfter(whole, stage, folder).catch((error) => {
      output.discard();
      throw error;
    });
  }
  output.finish();
  const elapsedMs = Math.round(performance.now() - startMs);
  reportStages(stages, { elapsedMs, outputDir: output.path, verified: null });
  return 0;
}

function announceStage(work: Plan): void {
  console.error(
    `${nameStage(work)}: ${countOf(work.splits.length, 'map task')} and ${countOf(work.reduceTasks, 'reduce task')}, one after the other in one process`,
  );
}

function takeTotals(folder: string): Totals {
  const totals: Totals = JSON.parse(readFileSync(join(folder, totalsName), 'utf8'));
  rmSync(join(folder, totalsName));
  return totals;
}

/** The stage after `stage`, whose output is in `folder`. */
async function planAfter(work: Plan, stage: number, folder: string): Promise<Plan> {
  const written = listOutputFiles(folder, work.reduceTasks).map(async (file) => {
    return { file, ...(await describeFile(file)) };
  });
  const planned = await planNextStage(work, stage + 1, await Promise.all(written));
  if ('lost' in planned) throw new InputError(`the output of stage ${stage} is gone`);
  return planned;
}

function reportStages(
  stages: readonly { work: Plan; totals: Totals }[],
  end: { elapsedMs: number; outputDir: string; verified: null },
): void {
  const tally = new Tally(0);
  const summaries = stages.map(({ work, totals }) => {
    const counted = { totals, skipped: [], skippedKeys: [] };
    return summarise({ ...work, workers: 0 }, tally, counted, {
      ...end,
      sequential: true,
    });
  });
  const tallies = stages.map(() => tally);
  const { json, top } = (stages[0] as { work: Plan }).work;
  printResults(summariseStages(summaries, end), tallies, {
    json,
    top,
    config: undefined,
  });
}

/** Who has read enough closes the pipe, and that is no error. */
async function printFile(path: string): Promise<void> {
  try {
    await pipeline(createReadStream(path), process.stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
