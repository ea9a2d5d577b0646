/**
 * A run of `npm run mapreduce` from its plan to its report.
 */
import { bundleTasks } from '../mapreduce/bundle.ts';
import { InputError } from '../mapreduce/input.ts';
import { JobError } from '../mapreduce/job.ts';
import { isJournal } from '../mapreduce/journal.ts';
import { OutputError, OutputFolder } from '../mapreduce/output-folder.ts';
import type { Spares } from '../mapreduce/spares.ts';
import { SplitError } from '../mapreduce/splits.ts';
import {
  openRunStore,
  type RunStore,
  StoreError,
} from '../mapreduce/stores/run-store.ts';
import { createToken } from '../mapreduce/token.ts';
import type { CallDiagram } from './call-diagram.ts';
import { UsageError } from './command.ts';
import type { Interruption } from './interruption.ts';
import { bundleStages, JobRun } from './job-run.ts';
import { runLocally } from './mapreduce-local.ts';
import { RunMemory } from './mapreduce-memory.ts';
import { explainNoResult } from './mapreduce-news.ts';
import type { MapReduceOptions } from './mapreduce-options.ts';
import { type Plan, planConfig, planJob } from './mapreduce-plan.ts';
import { TraceFile } from './mapreduce-trace.ts';
import { createRunDiagram } from './run-diagram.ts';
import { tellOfJournal } from './run-folder.ts';
import { RunPage } from './run-page.ts';
import { checkState, type RunEnd, reportRun } from './run-report.ts';

/** What a user can mend, if told. */
const mistakes = [JobError, InputError, SplitError, OutputError, StoreError];

/** What a run is given. */
export interface RunMeans {
  readonly runDir: string;
  readonly spares: Spares;
  readonly interruption: Interruption;
  /** Gives back the folder and the spares: whoever looks at the page needs neither. */
  readonly tidyUp: (isComplete: boolean) => Promise<void>;
}

/** Says what there is to say; resolves with the exit code. Throws a UsageError. */
export async function runMapReduce(
  options: MapReduceOptions,
  means: RunMeans,
): Promise<number> {
  const { runDir, interruption } = means;
  const trace = options.trace === undefined ? undefined : new TraceFile(options.trace);
  const page = new RunPage(options);
  const diagram = createRunDiagram(options);
  let store: RunStore | undefined;
  let isComplete = false;
  try {
    // Not where options are read: random numbers take their time to load, and workers start first.
    const asked = { ...options, token: options.token ?? createToken() };
    const plan = options.config ? planConfig(asked, runDir) : planJob(asked);
    if (plan.local) {
      return await runLocally(plan, plan.local, runDir, interruption);
    }
    store = await openRunStore(plan.store, runDir);
    const run = await runJob(plan, store, means, { trace, page, diagram });
    const areWritten = [await page.writeReplay(), await diagram.finish()];
    isComplete = run.isComplete;
    if (isJournal(runDir)) tellOfJournal(runDir, isComplete);
    return areWritten.includes(false) ? 1 : run.exitCode;
  } catch (error) {
    const isMistake = mistakes.some((type) => error instanceof type);
    throw isMistake ? new UsageError((error as Error).message) : error;
  } finally {
    // A journal's map output may be in it.
    if (isComplete || !isJournal(runDir)) await store?.close();
    await means.tidyUp(isComplete);
    await page.stay(interruption.signal);
    await diagram.stay(interruption.signal);
    await page.close();
    await diagram.close();
  }
}

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
  { runDir, spares, interruption }: RunMeans,
  { trace, page, diagram }: Readers,
): Promise<RunEnd> {
  const { signal } = interruption;
  await diagram.open();
  await page.open(plan, signal);
  await diagram.awaitReader(signal);
  const first = await bundleTasks(plan.jobFile, runDir);
  const bundles = await bundleStages(plan, first, runDir);
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
    const exitCode = await explainNoResult(outcome, interruption, canBeResumed);
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
      ...{ store, spares, runDir, outputDir: output.path, memory, signal },
      ...readers,
    };
    const run = new JobRun(plan, bundles, places);
    return { run, places, outcome: await run.run() };
  }
}
