/**
 * `npm run mapreduce`: a real master, real worker processes, and a result that is either
 * complete and correct or not claimed at all.
 */
import { rmSync } from 'node:fs';
import { bundleWorker } from '../mapreduce/bundle.ts';
import { InputError } from '../mapreduce/input.ts';
import { JobError } from '../mapreduce/job.ts';
import { isJournal } from '../mapreduce/journal.ts';
import { OutputError, OutputFolder } from '../mapreduce/output-folder.ts';
import { SplitError } from '../mapreduce/splits.ts';
import {
  openRunStore,
  type RunStore,
  StoreError,
} from '../mapreduce/stores/run-store.ts';
import type { CallDiagram } from './call-diagram.ts';
import { runCommand, UsageError } from './command.ts';
import { Interruption } from './interruption.ts';
import { bundleStages, JobRun } from './job-run.ts';
import { runLocally } from './mapreduce-local.ts';
import {
  makeRunFolder,
  RunMemory,
  resumeOptions,
  tellHowToResume,
} from './mapreduce-memory.ts';
import { explainNoResult } from './mapreduce-news.ts';
import { createMapReduceCommand, readOptions } from './mapreduce-options.ts';
import { type Plan, planConfig, planJob } from './mapreduce-plan.ts';
import { TraceFile } from './mapreduce-trace.ts';
import { createRunDiagram } from './run-diagram.ts';
import { RunPage } from './run-page.ts';
import { checkState, type RunEnd, reportRun } from './run-report.ts';

/** What a user can mend, if told. */
const mistakes = [JobError, InputError, SplitError, OutputError, StoreError];

const command = createMapReduceCommand().action(async (inputs: string[]) => {
  const options = resumeOptions(readOptions(inputs, command));
  const trace = options.trace === undefined ? undefined : new TraceFile(options.trace);
  const page = new RunPage(options);
  const diagram = createRunDiagram(options);
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
    const readers = { trace, page, diagram };
    const run = await runJob(plan, store, runDir, interruption, readers);
    const areWritten = [await page.writeReplay(), await diagram.finish()];
    process.exitCode = areWritten.includes(false) ? 1 : run.exitCode;
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
    await diagram.stay(interruption.signal);
    await page.close();
    await diagram.close();
  }
});

await runCommand(command);

/** Who reads along, beside the terminal. */
interface Readers {
  readonly trace: TraceFile | undefined;
  readonly page: RunPage;
  readonly diagram: CallDiagram;
}

/** Runs the job and reports it. */
async function runJob(
  plan: Plan,
  store: RunStore,
  runDir: string,
  interruption: Interruption,
  { trace, page, diagram }: Readers,
): Promise<RunEnd> {
  const { signal } = interruption;
  await diagram.open();
  await page.open(plan, signal);
  await diagram.awaitReader(signal);
  const bundles = await bundleStages(
    plan,
    await bundleWorker(plan.jobFile, runDir, plan.transport),
    runDir,
  );
  const isResumed = plan.resume !== undefined;
  const output = new OutputFolder(plan.output, isResumed);
  const leave = () => {
    if (isJournal(runDir)) output.leave();
    else output.discard();
  };
  const startMs = performance.now();
  const { run, outcome, places } = await runStages().catch((error) => {
    leave();
    throw error;
  });
  const elapsedMs = Math.round(performance.now() - startMs);
  const isTraced = trace?.write(run.name) ?? true;
  if (plan.explain) for (const line of run.explain()) console.error(line);
  if (outcome.status !== 'completed') {
    const isFailed = outcome.status === 'failed';
    page.note(
      isFailed ? { outcome: 'failed', why: outcome.why } : { outcome: 'interrupted' },
    );
    leave();
    const canBeResumed = isJournal(runDir);
    const exitCode = explainNoResult(outcome, interruption, canBeResumed);
    return { exitCode, isComplete: false };
  }
  const stateCalls = await checkState(run, store, output);
  output.finish();
  page.noteResults({ ...plan, outputDir: output.path });
  const end = { elapsedMs, outputDir: output.path, stateCalls };
  const { exitCode, isComplete } = await reportRun(run, places, end, interruption);
  return { exitCode: exitCode === 0 && !isTraced ? 1 : exitCode, isComplete };

  async function runStages() {
    const memory = await RunMemory.open(plan, store, output.path);
    const readers = { trace, page, diagram };
    const places = {
      ...{ store, runDir, outputDir: output.path, memory, signal },
      ...readers,
    };
    const run = new JobRun(plan, bundles, places);
    return { run, places, outcome: await run.run() };
  }
}
