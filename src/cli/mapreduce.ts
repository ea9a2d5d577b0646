/**
 * `npm run mapreduce`: a real master, real worker processes, and a result that is either
 * complete and correct or not claimed at all.
 */
import { rmSync } from 'node:fs';
import { chalkStderr as chalk } from 'chalk';
import { backUpStragglers, noBackups } from '../mapreduce/backup-policy.ts';
import { bundleWorker } from '../mapreduce/bundle.ts';
import { Explanation } from '../mapreduce/explanation.ts';
import { describeFault, type FaultPlan } from '../mapreduce/fault-plan.ts';
import {
  InputError,
  listInputFiles,
  planInput,
  splitBytesOf,
} from '../mapreduce/input.ts';
import { JobError } from '../mapreduce/job.ts';
import { runMaster } from '../mapreduce/master.ts';
import type { RunOutcome } from '../mapreduce/master-options.ts';
import { OutputError, OutputFolder } from '../mapreduce/output-folder.ts';
import { chooseSplitBytes, countSplits, type Split } from '../mapreduce/splits.ts';
import { StatusReader } from '../mapreduce/status.ts';
import {
  openRunStore,
  type RunStore,
  StoreError,
} from '../mapreduce/stores/run-store.ts';
import { runCommand, UsageError } from './command.ts';
import { Interruption } from './interruption.ts';
import { tellHowToJoin } from './listen-options.ts';
import { allowReplacements, planFaults } from './mapreduce-faults.ts';
import { runLocally } from './mapreduce-local.ts';
import {
  makeRunFolder,
  openMemory,
  resumeOptions,
  tellHowToResume,
} from './mapreduce-memory.ts';
import {
  createMapReduceCommand,
  type MapReduceOptions,
  readOptions,
} from './mapreduce-options.ts';
import { printResults } from './mapreduce-report.ts';
import { Screen } from './mapreduce-screen.ts';
import { printStatusEvery } from './mapreduce-status.ts';
import { countOf } from './mapreduce-story.ts';
import { summarise } from './mapreduce-summary.ts';
import { TraceFile } from './mapreduce-trace.ts';
import { compareWithSequentialRun } from './mapreduce-verify.ts';

/** More tasks than this, and describing them costs more than running them. */
const maxMapTasks = 10_000;

/** What a user can mend, if told. */
const mistakes = [JobError, InputError, OutputError, StoreError];

const command = createMapReduceCommand().action(async (inputs: string[]) => {
  const options = resumeOptions(readOptions(inputs, command));
  const trace = options.trace === undefined ? undefined : new TraceFile(options.trace);
  const interruption = new Interruption();
  const runDir = makeRunFolder(options);
  const hasJournal = (options.journal ?? options.resume) !== undefined;
  let store: RunStore | undefined;
  let isComplete = false;
  try {
    const plan = planJob(options);
    if (plan.local) {
      process.exitCode = await runLocally(plan, plan.local, runDir, interruption);
      return;
    }
    store = await openRunStore(plan.store, runDir);
    const run = await runJob(plan, store, runDir, interruption, trace);
    process.exitCode = run.exitCode;
    isComplete = run.isComplete;
    if (hasJournal && !isComplete) tellHowToResume(runDir);
  } catch (error) {
    const isMistake = mistakes.some((type) => error instanceof type);
    throw isMistake ? new UsageError((error as Error).message) : error;
  } finally {
    // What a journal is of stays until all of it is done.
    if (!hasJournal || isComplete) {
      await store?.close();
      rmSync(runDir, { recursive: true, force: true });
    }
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
}

function planJob(options: MapReduceOptions): Plan {
  const files = listInputFiles(options.inputs, options.cwd);
  const inputBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const { splitBytes = chooseSplitBytes(inputBytes, options.workers), inputFormat } =
    options;
  const tasks = files.reduce(
    (sum, file) =>
      sum + countSplits(file.bytes, splitBytesOf(file, splitBytes, inputFormat)),
    0,
  );
  if (tasks === 0) throw new InputError('the input holds no bytes: nothing to do');
  if (tasks > maxMapTasks) {
    const enough = Math.ceil(inputBytes / maxMapTasks / 1024) + 1;
    throw new UsageError(
      `${tasks} map tasks are too many, at most ${maxMapTasks} are allowed: choose a larger --split-size, like ${enough}k`,
    );
  }
  const splits = planInput(files, splitBytes, inputFormat);
  const faults = planFaults(options);
  const maxReplacements = options.maxReplacements ?? allowReplacements(options, tasks);
  const inputFiles = files.length;
  return { ...options, inputFiles, inputBytes, splits, faults, maxReplacements };
}

interface RunEnd {
  readonly exitCode: number;
  /** True: the output is there, all of it. */
  readonly isComplete: boolean;
}

/** Runs the job and reports it. */
async function runJob(
  plan: Plan,
  store: RunStore,
  runDir: string,
  interruption: Interruption,
  trace: TraceFile | undefined,
): Promise<RunEnd> {
  const { signal } = interruption;
  const { splits, reduceTasks, workers } = plan;
  const bundle = await bundleWorker(plan.jobFile, runDir);
  const isResumed = plan.resume !== undefined;
  const output = new OutputFolder(plan.output, isResumed);
  const memory = await openMemory(plan, store, output.path).catch((error) => {
    if (isResumed) output.leave();
    else output.discard();
    throw error;
  });
  const totals = { map: splits.length, reduce: reduceTasks };
  const screen = new Screen(totals, workers, plan);
  await screen.open();
  announce(plan, store, screen);
  const explanation = new Explanation(splits, reduceTasks);
  const status = new StatusReader(plan.jobName, totals, workers);
  const stopStatus = printStatusEvery(plan.statusEveryMs, status, screen);
  const startMs = performance.now();
  const outcome = await runMaster({
    ...plan,
    ...memory,
    store,
    bundle,
    runDir,
    outputDir: output.path,
    chooseBackup: plan.backup ? backUpStragglers : noBackups,
    onListening: (address) => {
      for (const line of tellHowToJoin(plan, address)) screen.print(line);
    },
    describeStatus: () => status.describe(),
    onEntry: (entry) => {
      status.read(entry);
      memory.read?.(entry);
      explanation.read(entry);
      screen.show(entry);
      trace?.read(entry);
    },
    onWorkerLine: (worker, line) => screen.print(chalk.dim(`[worker ${worker}] ${line}`)),
    signal,
  });
  const elapsedMs = Math.round(performance.now() - startMs);
  stopStatus();
  screen.close();
  const isTraced = trace?.write(plan.jobName) ?? true;
  if (plan.explain) for (const line of explanation.describe()) console.error(line);
  if (outcome.status !== 'completed') {
    if (memory.canBeResumed) output.leave();
    else output.discard();
    const exitCode = explainNoResult(outcome, interruption, memory.canBeResumed);
    return { exitCode, isComplete: false };
  }
  output.finish();

  const counted = {
    totals: screen.totals.add(),
    skipped: screen.totals.listSkipped(),
    ...(store.outputSurvives ? {} : { bytesRead: screen.totals.bytesRead }),
  };
  const verdict = plan.verify
    ? await compareWithSequentialRun(
        bundle,
        { ...plan, skips: screen.totals.listSkips(splits.length) },
        runDir,
        output.path,
        counted.totals,
        signal,
      )
    : undefined;
  if (verdict === 'aborted') {
    console.error(
      `interrupted while verifying; the output in ${output.path} is complete`,
    );
    return { exitCode: interruption.exitCode, isComplete: true };
  }
  const summary = summarise(plan, screen.tally, counted, {
    sequential: false,
    elapsedMs,
    outputDir: output.path,
    verified: verdict === undefined ? null : verdict === 'equal',
  });
  if (plan.json) console.log(JSON.stringify(summary));
  else printResults(summary, screen.tally, plan.top);
  const hasUnmetFaults = explainUnmetFaults(plan.faults, outcome.unmetFaults);
  const isGood = !hasUnmetFaults && verdict !== 'different' && isTraced;
  return { exitCode: isGood ? 0 : 1, isComplete: true };
}

function announce({ faults, ...plan }: Plan, store: RunStore, screen: Screen): void {
  const size = `${(plan.inputBytes / 1e6).toFixed(1)} MB`;
  const parts = [
    `${countOf(plan.inputFiles, 'file')} of ${size}`,
    countOf(plan.splits.length, 'map task'),
    countOf(plan.reduceTasks, 'reduce task'),
    countOf(plan.workers, 'worker'),
  ];
  screen.print(`${plan.jobName}: ${parts.join(', ')}`);
  if (store.outputSurvives) screen.print(store.description);
  for (const fault of faults) screen.print(`plan: ${describeFault(fault)}`);
}

function explainNoResult(
  outcome: RunOutcome,
  interruption: Interruption,
  canBeResumed = false,
): number {
  const what = canBeResumed ? 'what is done is kept' : 'no output is left';
  if (outcome.status !== 'failed') {
    console.error(`interrupted: every worker has ended, and ${what}`);
    return interruption.exitCode;
  }
  console.error(`error: the job failed, ${what}: ${outcome.why}`);
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
