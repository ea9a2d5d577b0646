/**
 * `npm run mapreduce`: a real master, real worker processes, and a result that is either
 * complete and correct or not claimed at all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chalkStderr as chalk } from 'chalk';
import {
  type BackupPolicy,
  backUpAfter,
  backUpStragglers,
  noBackups,
} from '../mapreduce/backup-policy.ts';
import { type Bundle, bundleWorker } from '../mapreduce/bundle.ts';
import type { TaskKind } from '../mapreduce/events.ts';
import { describeFault, type FaultPlan } from '../mapreduce/fault-plan.ts';
import { InputError, listInputFiles } from '../mapreduce/input.ts';
import { JobError } from '../mapreduce/job.ts';
import { runMaster } from '../mapreduce/master.ts';
import type { RunOutcome } from '../mapreduce/master-options.ts';
import { OutputError, OutputFolder } from '../mapreduce/output-folder.ts';
import { countSplits, planSplits, type Split } from '../mapreduce/splits.ts';
import { StatusReader } from '../mapreduce/status.ts';
import {
  openRunStore,
  type RunStore,
  StoreError,
} from '../mapreduce/stores/run-store.ts';
import { runCommand, UsageError } from './command.ts';
import type { RunConfig } from './config-file.ts';
import { planConfiguredRun } from './configured-run.ts';
import { compareWithPlainLoop } from './configured-verify.ts';
import { Interruption } from './interruption.ts';
import { tellHowToJoin } from './listen-options.ts';
import { allowReplacements, planFaults } from './mapreduce-faults.ts';
import {
  createMapReduceCommand,
  type MapReduceOptions,
  readOptions,
} from './mapreduce-options.ts';
import { printResults, type RunSummary } from './mapreduce-report.ts';
import { Screen } from './mapreduce-screen.ts';
import { printStatusEvery } from './mapreduce-status.ts';
import { countOf } from './mapreduce-story.ts';
import { TraceFile } from './mapreduce-trace.ts';
import { compareWithSequentialRun, type Verdict } from './mapreduce-verify.ts';
import { StateTotals } from './state-totals.ts';

/** More tasks than this, and describing them costs more than running them. */
const maxMapTasks = 10_000;

/** What a user can mend, if told. */
const mistakes = [JobError, InputError, OutputError, StoreError];

const command = createMapReduceCommand().action(async (inputs: string[]) => {
  const options = readOptions(inputs, command);
  const trace = options.trace === undefined ? undefined : new TraceFile(options.trace);
  const interruption = new Interruption();
  const runDir = mkdtempSync(join(tmpdir(), 'mapreduce-run-'));
  let store: RunStore | undefined;
  try {
    const plan = options.config ? planConfig(options, runDir) : planJob(options);
    store = await openRunStore(plan.store, runDir);
    process.exitCode = await runJob(plan, store, runDir, interruption, trace);
  } catch (error) {
    const isMistake = mistakes.some((type) => error instanceof type);
    throw isMistake ? new UsageError((error as Error).message) : error;
  } finally {
    await store?.close();
    rmSync(runDir, { recursive: true, force: true });
  }
});

await runCommand(command);

/** What is to be done, before anything is. */
interface Plan extends MapReduceOptions {
  readonly inputFiles: number;
  readonly inputBytes: number;
  readonly splits: readonly Split[];
  readonly faults: FaultPlan;
  readonly maxReplacements: number;
  readonly chooseBackup: BackupPolicy;
  readonly roles?: ReadonlyMap<number, TaskKind>;
  readonly timeoutsMs?: Readonly<Record<TaskKind, number>>;
}

function planConfig(options: MapReduceOptions, runDir: string): Plan {
  const run = planConfiguredRun(options.config as RunConfig, options.seed, runDir);
  const tasks = run.splits.length + run.reduceTasks;
  // Timeouts alone may need as many processes as there are attempts.
  const maxReplacements = options.maxReplacements ?? 50 + 5 * tasks;
  const chooseBackup = options.backup ? backUpAfter(run.timeoutsMs) : noBackups;
  const faults = [...planFaults(options), ...run.faults];
  const { transport } = options;
  const store = { ...options.store, counterKeys: run.counterKeys, transport };
  return { ...options, ...run, store, faults, maxReplacements, chooseBackup };
}

function planJob(options: MapReduceOptions): Plan {
  const files = listInputFiles(options.inputs, options.cwd);
  const inputBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const tasks = files.reduce(
    (sum, { bytes }) => sum + countSplits(bytes, options.splitBytes),
    0,
  );
  if (tasks === 0) throw new InputError('the input holds no bytes: nothing to do');
  if (tasks > maxMapTasks) {
    const enough = Math.ceil(inputBytes / maxMapTasks / 1024) + 1;
    throw new UsageError(
      `${tasks} map tasks are too many, at most ${maxMapTasks} are allowed: choose a larger --split-size, like ${enough}k`,
    );
  }
  const splits = planSplits(files, options.splitBytes);
  const faults = planFaults(options);
  const allTasks = tasks + options.reduceTasks;
  const maxReplacements = options.maxReplacements ?? allowReplacements(faults, allTasks);
  const chooseBackup = options.backup ? backUpStragglers : noBackups;
  const input = { inputFiles: files.length, inputBytes, splits };
  return { ...options, ...input, faults, maxReplacements, chooseBackup };
}

/** Runs the job and reports it; returns the exit code. */
async function runJob(
  plan: Plan,
  store: RunStore,
  runDir: string,
  interruption: Interruption,
  trace: TraceFile | undefined,
): Promise<number> {
  const { signal } = interruption;
  const { splits, reduceTasks, workers } = plan;
  const bundle = await bundleWorker(plan.jobFile, runDir, plan.transport);
  const output = new OutputFolder(plan.output);
  const tasks = { map: splits.length, reduce: reduceTasks };
  const screen = new Screen(tasks, workers, plan);
  await screen.open();
  announce(plan, store, screen);
  const status = new StatusReader(plan.jobName, tasks, workers);
  const totals = new StateTotals();
  const stopStatus = printStatusEvery(plan.statusEveryMs, status, screen);
  const startMs = performance.now();
  const outcome = await runMaster({
    ...plan,
    store,
    bundle,
    runDir,
    outputDir: output.path,
    onListening: (address) => {
      for (const line of tellHowToJoin(plan, address)) screen.print(line);
    },
    describeStatus: () => status.describe(),
    onEntry: (entry) => {
      status.read(entry);
      screen.show(entry);
      trace?.read(entry);
      totals.read(entry);
    },
    onWorkerLine: (worker, line) => screen.print(chalk.dim(`[worker ${worker}] ${line}`)),
    signal,
  });
  const elapsedMs = Math.round(performance.now() - startMs);
  stopStatus();
  screen.close();
  const isTraced = trace?.write(plan.jobName) ?? true;
  if (outcome.status !== 'completed') {
    output.discard();
    return explainNoResult(outcome, interruption);
  }
  const { path: outputDir } = output;
  const check = totals.check(store.config, outputDir, reduceTasks);
  const stateCalls = await check.catch((error: Error) => {
    output.discard();
    throw new StoreError(`no output is left: ${error.message}`);
  });
  output.finish();

  const verdict = plan.verify
    ? await verify(plan, bundle, runDir, output.path, signal)
    : undefined;
  if (verdict === 'aborted') {
    console.error(
      `interrupted while verifying; the output in ${output.path} is complete`,
    );
    return interruption.exitCode;
  }
  const { attempts, losses, reExecuted, redone, duplicatesIgnored } = screen.tally;
  const { backups, cancelled, replacements } = screen.tally;
  const summary: RunSummary = {
    job: plan.jobName,
    inputFiles: plan.inputFiles,
    inputBytes: plan.inputBytes,
    mapTasks: splits.length,
    reduceTasks,
    workers,
    attempts,
    lostWorkers: losses.map(({ worker }) => worker),
    reExecuted,
    store: plan.store.name,
    redone,
    duplicatesIgnored,
    stateCalls: stateCalls ?? null,
    backups,
    cancelled,
    replacements,
    elapsedMs,
    outputDir: output.path,
    verified: verdict === undefined ? null : verdict === 'equal',
  };
  if (plan.json) console.log(JSON.stringify(summary));
  else printResults(summary, screen.tally, plan);
  const hasUnmetFaults = explainUnmetFaults(plan.faults, outcome.unmetFaults);
  return hasUnmetFaults || verdict === 'different' || !isTraced ? 1 : 0;
}

function verify(
  plan: Plan,
  bundle: Bundle,
  runDir: string,
  outputDir: string,
  signal: AbortSignal,
): Promise<Verdict> {
  if (!plan.config) {
    return compareWithSequentialRun(bundle, plan, runDir, outputDir, signal);
  }
  return compareWithPlainLoop(plan.config, plan, outputDir, signal);
}

function announce({ faults, ...plan }: Plan, store: RunStore, screen: Screen): void {
  const size = `${(plan.inputBytes / 1e6).toFixed(1)} MB`;
  const { config } = plan;
  const parts = [
    config
      ? `${config.num_strings} strings, ${config.num_target_words} targets`
      : `${countOf(plan.inputFiles, 'file')} of ${size}`,
    countOf(plan.splits.length, 'map task'),
    countOf(plan.reduceTasks, 'reduce task'),
    countOf(plan.workers, 'worker'),
  ];
  screen.print(`${plan.jobName}: ${parts.join(', ')}`);
  if (store.outputSurvives) screen.print(store.description);
  for (const fault of faults) screen.print(`plan: ${describeFault(fault)}`);
}

function explainNoResult(outcome: RunOutcome, interruption: Interruption): number {
  if (outcome.status !== 'failed') {
    console.error('interrupted: every worker has ended, and no output is left');
    return interruption.exitCode;
  }
  console.error(`error: the job failed, no output is left: ${outcome.why}`);
  if (outcome.failure)
    console.error(`${outcome.failure.on}\n${outcome.failure.error}`.trim());
  return 1;
}

/** A planned fault that did not happen: the result is right, the demonstration is not. */
function explainUnmetFaults(faults: FaultPlan, unmet: readonly number[]): boolean {
  for (const fault of faults) {
    if (fault.type !== 'kill-worker' || !unmet.includes(fault.worker)) continue;
    console.error(
      `error: the output is complete, but worker ${fault.worker} was not killed: its moment never came (${describeFault(fault)}). ` +
        'Give it more map tasks, with a smaller --split-size or more input',
    );
  }
  return unmet.length > 0;
}
