/**
 * `npm run mapreduce`: a real master, real worker processes, and a result that is either
 * complete and correct or not claimed at all.
 */
import { Console } from 'node:console';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import chalk from 'chalk';
import { bundleWorker } from '../mapreduce/bundle.ts';
import { describeFault, type FaultPlan, planKills } from '../mapreduce/fault-plan.ts';
import { InputError, listInputFiles } from '../mapreduce/input.ts';
import { JobError, loadJob } from '../mapreduce/job.ts';
import { type RunOutcome, runMaster } from '../mapreduce/master.ts';
import { OutputError, OutputFolder } from '../mapreduce/output-folder.ts';
import { planSplits } from '../mapreduce/splits.ts';
import { runCommand, UsageError } from './command.ts';
import {
  createMapReduceCommand,
  type MapReduceOptions,
  readOptions,
} from './mapreduce-options.ts';
import { countOf, printResults, type RunSummary } from './mapreduce-report.ts';
import { Screen } from './mapreduce-screen.ts';
import { equalsSequentialRun } from './mapreduce-verify.ts';

/** Heartbeats that must be missing, one after the other, before a worker counts as lost. */
const heartbeatsMissed = 10;
/** Source: document "MapReduce Distributed System": failed tasks are tried up to 3 times. */
const maxFailures = 3;

const command = createMapReduceCommand().action(async (inputs: string[]) => {
  const options = readOptions(inputs, command);
  const runDir = mkdtempSync(join(tmpdir(), 'mapreduce-run-'));
  try {
    process.exitCode = await runJob(options, runDir);
  } catch (error) {
    const isMistake = [JobError, InputError, OutputError].some((t) => error instanceof t);
    throw isMistake ? new UsageError((error as Error).message) : error;
  } finally {
    rmSync(runDir, { recursive: true, force: true });
  }
});

// Stdout is for results; whatever a job prints while it is loaded or verified is log.
globalThis.console = new Console(process.stderr);

await runCommand(command);

/** Runs the job and reports it; returns the exit code. */
async function runJob(options: MapReduceOptions, runDir: string): Promise<number> {
  const { params, reduceTasks, workers, lostAfterMs } = options;
  const files = listInputFiles(options.inputs, options.cwd);
  const inputBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const splits = planSplits(files, options.splitBytes);
  if (splits.length === 0)
    throw new InputError('the input holds no bytes: nothing to do');
  const faults = planKills(options.killWorkers, options.seed);
  const bundle = await bundleWorker(options.jobFile, runDir);
  const job = await loadJob(bundle.jobModule, params);
  const output = new OutputFolder(options.output);
  const interruption = catchSignals();

  const totals = { map: splits.length, reduce: reduceTasks };
  const screen = new Screen(totals, workers, options.verbose);
  screen.print(
    `${options.jobName}: ${countOf(files.length, 'file')} of ${(inputBytes / 1e6).toFixed(1)} MB, ` +
      `${countOf(splits.length, 'map task')}, ${countOf(reduceTasks, 'reduce task')}, ${countOf(workers, 'worker')}`,
  );
  for (const fault of faults) screen.print(`plan: ${describeFault(fault)}`);
  const startMs = performance.now();
  const outcome = await runMaster({
    bundle,
    runDir,
    outputDir: output.path,
    params,
    splits,
    reduceTasks,
    workers,
    faults,
    heartbeatMs: lostAfterMs / heartbeatsMissed,
    lostAfterMs,
    maxFailures,
    onEntry: (entry) => screen.show(entry),
    onWorkerLine: (worker, line) => screen.print(chalk.dim(`[worker ${worker}] ${line}`)),
    signal: interruption.signal,
  });
  const elapsedMs = Math.round(performance.now() - startMs);
  screen.close();
  if (outcome.status !== 'completed') {
    output.discard();
    return explainNoResult(outcome, interruption.exitCode());
  }
  output.tidy();

  const verified = options.verify
    ? await equalsSequentialRun(
        job,
        splits,
        reduceTasks,
        output.path,
        interruption.signal,
      )
    : null;
  if (verified === 'aborted') return interruption.exitCode();
  const { tally } = screen;
  const summary: RunSummary = {
    job: options.jobName,
    inputFiles: files.length,
    inputBytes,
    mapTasks: splits.length,
    reduceTasks,
    workers,
    attempts: tally.attempts,
    lostWorkers: tally.lostWorkers,
    reExecuted: { ...tally.reExecuted },
    duplicatesIgnored: tally.duplicatesIgnored,
    elapsedMs,
    outputDir: output.path,
    verified,
  };
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else printResults(summary, options.top);
  return explainUnmetFaults(faults, outcome.unmetFaults) || verified === false ? 1 : 0;
}

function explainNoResult(outcome: RunOutcome, interruptedCode: number): number {
  if (outcome.status !== 'failed') {
    console.error('interrupted: every worker has ended, and no output is left');
    return interruptedCode;
  }
  console.error(`error: the job failed, no output is left: ${outcome.why}`);
  if (outcome.failure)
    console.error(`${outcome.failure.on}\n${outcome.failure.error}`.trim());
  return 1;
}

/** A planned fault that did not happen: the result is right, the demonstration is not. */
function explainUnmetFaults(faults: FaultPlan, unmet: readonly number[]): boolean {
  for (const fault of faults.filter(({ worker }) => unmet.includes(worker))) {
    console.error(
      `error: the output is complete, but worker ${fault.worker} was not killed: its moment never came (${describeFault(fault)}). ` +
        'Give it more map tasks, with a smaller --split-size or more input',
    );
  }
  return unmet.length > 0;
}

/** Turns Ctrl-C and its kin into an orderly end. */
function catchSignals(): { signal: AbortSignal; exitCode: () => number } {
  const controller = new AbortController();
  let exitCode = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      exitCode = 128 + constants.signals[name];
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
}
