/**
 * `npm run mapreduce`: a real master, real worker processes, and a result that is either
 * complete and correct or not claimed at all.
 */
import { rmSync } from 'node:fs';
import { chalkStderr as chalk } from 'chalk';
import { type Bundle, bundleWorker } from '../mapreduce/bundle.ts';
import { Explanation } from '../mapreduce/explanation.ts';
import { InputError } from '../mapreduce/input.ts';
import { JobError } from '../mapreduce/job.ts';
import { isJournal } from '../mapreduce/journal.ts';
import { runMaster } from '../mapreduce/master.ts';
import { OutputError, OutputFolder } from '../mapreduce/output-folder.ts';
import { StatusReader } from '../mapreduce/status.ts';
import {
  openRunStore,
  type RunStore,
  StoreError,
} from '../mapreduce/stores/run-store.ts';
import type { Totals } from '../mapreduce/totals.ts';
import { runCommand, UsageError } from './command.ts';
import { compareWithPlainLoop } from './configured-verify.ts';
import { Interruption } from './interruption.ts';
import { tellHowToJoin } from './listen-options.ts';
import { runLocally } from './mapreduce-local.ts';
import {
  makeRunFolder,
  openMemory,
  resumeOptions,
  tellHowToResume,
} from './mapreduce-memory.ts';
import { announce, explainNoResult, explainUnmetFaults } from './mapreduce-news.ts';
import { createMapReduceCommand, readOptions } from './mapreduce-options.ts';
import { type Plan, planConfig, planJob } from './mapreduce-plan.ts';
import { printResults } from './mapreduce-report.ts';
import { Screen } from './mapreduce-screen.ts';
import { printStatusEvery } from './mapreduce-status.ts';
import { summarise } from './mapreduce-summary.ts';
import { TraceFile } from './mapreduce-trace.ts';
import { compareWithSequentialRun, type Verdict } from './mapreduce-verify.ts';
import { RunPage } from './run-page.ts';
import { StateTotals } from './state-totals.ts';

/** What a user can mend, if told. */
const mistakes = [JobError, InputError, OutputError, StoreError];

const command = createMapReduceCommand().action(async (inputs: string[]) => {
  const options = resumeOptions(readOptions(inputs, command));
  const trace = options.trace === undefined ? undefined : new TraceFile(options.trace);
  const page = new RunPage(options);
  const interruption = new Interruption();
  const runDir = makeRunFolder(options);
  let store: RunStore | undefined;
  let isComplete = false;
  try {
    const plan = options.config ? planConfig(options, runDir) : planJob(options);
    if (plan.local) {
      process.exitCode = await runLocally(plan, plan.local, runDir, interruption);
      return;
    }
    store = await openRunStore(plan.store, runDir);
    const run = await runJob(plan, store, runDir, interruption, { trace, page });
    const isReplayed = await page.writeReplay();
    process.exitCode = isReplayed ? run.exitCode : 1;
    isComplete = run.isComplete;
    if (!isComplete && isJournal(runDir)) tellHowToResume(runDir);
  } catch (error) {
    const isMistake = mistakes.some((type) => error instanceof type);
    throw isMistake ? new UsageError((error as Error).message) : error;
  } finally {
    // What a journal is of stays until all of it is done.
    if (isComplete || !isJournal(runDir)) {
      await store?.close();
      rmSync(runDir, { recursive: true, force: true });
    }
    await page.stay(interruption.signal);
    await page.close();
  }
});

await runCommand(command);

interface RunEnd {
  readonly exitCode: number;
  /** True: the output is there, all of it. */
  readonly isComplete: boolean;
}

/** Who reads along, beside the terminal. */
interface Readers {
  readonly trace: TraceFile | undefined;
  readonly page: RunPage;
}

/** Runs the job and reports it. */
async function runJob(
  plan: Plan,
  store: RunStore,
  runDir: string,
  interruption: Interruption,
  { trace, page }: Readers,
): Promise<RunEnd> {
  const { signal } = interruption;
  const { splits, reduceTasks, workers } = plan;
  await page.open(plan, signal);
  const bundle = await bundleWorker(plan.jobFile, runDir, plan.transport);
  const isResumed = plan.resume !== undefined;
  const output = new OutputFolder(plan.output, isResumed);
  const memory = await openMemory(plan, store, output.path).catch((error) => {
    if (isResumed) output.leave();
    else output.discard();
    throw error;
  });
  const tasks = { map: splits.length, reduce: reduceTasks };
  const screen = new Screen(tasks, workers, plan);
  await screen.open();
  announce(plan, store, screen);
  const explanation = new Explanation(splits, reduceTasks);
  const status = new StatusReader(plan.jobName, tasks, workers);
  const totals = new StateTotals();
  const stopStatus = printStatusEvery(plan.statusEveryMs, status, screen);
  const startMs = performance.now();
  const outcome = await runMaster({
    ...plan,
    ...memory,
    store,
    bundle,
    runDir,
    outputDir: output.path,
    onListening: (address) => {
      for (const line of tellHowToJoin(plan, address)) screen.print(line);
    },
    describeStatus: () => status.describe(),
    onInjectable: (inject) => page.allowFaults(inject),
    onEntry: (entry) => {
      status.read(entry);
      memory.read?.(entry);
      explanation.read(entry);
      screen.show(entry);
      trace?.read(entry);
      page.read(entry);
      totals.read(entry);
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
    page.note({ outcome: outcome.status === 'failed' ? 'failed' : 'interrupted' });
    if (memory.canBeResumed) output.leave();
    else output.discard();
    const exitCode = explainNoResult(outcome, interruption, memory.canBeResumed);
    return { exitCode, isComplete: false };
  }
  const { path: outputDir } = output;
  const check = totals.check(store.config, outputDir, reduceTasks);
  const stateCalls = await check.catch((error: Error) => {
    output.discard();
    throw new StoreError(`no output is left: ${error.message}`);
  });
  output.finish();
  page.noteResults({ ...plan, outputDir: output.path });

  const counted = {
    totals: screen.totals.add(),
    skipped: screen.totals.listSkipped(),
    ...(store.outputSurvives ? {} : { bytesRead: screen.totals.bytesRead }),
    stateCalls,
  };
  const verdict = plan.verify
    ? await verify(plan, bundle, runDir, output.path, {
        skips: screen.totals.listSkips(splits.length),
        totals: counted.totals,
        signal,
      })
    : undefined;
  if (verdict) page.noteVerdict(verdict);
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
  await page.measureCost(plan, bundle, runDir, signal);
  if (plan.json) console.log(JSON.stringify(summary));
  else printResults(summary, screen.tally, plan);
  const hasUnmetFaults = explainUnmetFaults(plan.faults, outcome.unmetFaults);
  const isGood = !hasUnmetFaults && verdict !== 'different' && isTraced;
  return { exitCode: isGood ? 0 : 1, isComplete: true };
}

interface Verification {
  readonly skips: readonly (readonly number[])[];
  readonly totals: Totals;
  readonly signal: AbortSignal;
}

function verify(
  plan: Plan,
  bundle: Bundle,
  runDir: string,
  outputDir: string,
  { skips, totals, signal }: Verification,
): Promise<Verdict> {
  if (plan.config) return compareWithPlainLoop(plan.config, plan, outputDir, signal);
  const work = { ...plan, skips };
  return compareWithSequentialRun(bundle, work, runDir, outputDir, totals, signal);
}
