/**
 * The end of a run whose output is complete: checked where that was asked for, summed up over
 * all stages, and printed.
 */
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { OutputFolder } from '../mapreduce/output-folder.ts';
import { findLostFiles, type StageFile } from '../mapreduce/stage-input.ts';
import { type RunStore, StoreError } from '../mapreduce/stores/run-store.ts';
import type { StateCalls } from '../mapreduce/stores/state-server.ts';
import { compareWithPlainLoop } from './configured-verify.ts';
import type { Interruption } from './interruption.ts';
import type { JobRun, PlannedStage, RunPlaces } from './job-run.ts';
import { explainUnmetFaults, nameStage } from './mapreduce-news.ts';
import { printResults } from './mapreduce-report.ts';
import { summarise, summariseStages } from './mapreduce-summary.ts';
import { compareWithSequentialRun, type Verdict } from './mapreduce-verify.ts';

/** How the run ended, apart from what it has counted. */
interface End {
  readonly elapsedMs: number;
  readonly outputDir: string;
  readonly stateCalls: StateCalls | undefined;
}

/** What the command ends with. */
export interface RunEnd {
  readonly exitCode: number;
  /** True: the output is there, all of it. */
  readonly isComplete: boolean;
}

/** The state server's counts must be those of the output, else there is none. */
export async function checkState(
  { stages }: JobRun,
  store: RunStore,
  output: OutputFolder,
): Promise<StateCalls | undefined> {
  const { readers, plan } = stages.at(-1) as PlannedStage;
  const check = readers.stateTotals.check(store.config, output.path, plan.reduceTasks);
  return check.catch((error: Error) => {
    output.discard();
    throw new StoreError(`no output is left: ${error.message}`);
  });
}

export async function reportRun(
  { stages, work }: JobRun,
  places: RunPlaces,
  end: End,
  interruption: Interruption,
): Promise<RunEnd> {
  const { plan } = stages.at(-1) as PlannedStage;
  const verdict = plan.verify ? await verifyStages(stages, places) : undefined;
  const { page, runDir, signal } = places;
  if (verdict) page.noteVerdict(verdict);
  if (verdict === 'aborted') {
    console.error(
      `interrupted while verifying; the output in ${end.outputDir} is complete`,
    );
    return { exitCode: interruption.exitCode, isComplete: true };
  }
  const { stateCalls, ...times } = end;
  const whole = {
    ...times,
    verified: verdict === undefined ? null : verdict === 'equal',
  };
  const summaries = stages.map(({ plan, readers }) => {
    const counted = { ...readers.count(places.store), stateCalls };
    return summarise(plan, readers.screen.tally, counted, {
      ...{ sequential: false, ...whole },
    });
  });
  const summary = summariseStages(summaries, whole);
  const tallies = stages.map(({ readers }) => readers.screen.tally);
  await page.measureCost(work, runDir, signal);
  printResults(summary, tallies, plan);
  const hasUnmetFaults = stages.map(explainUnmet).some(Boolean);
  const isGood = !hasUnmetFaults && verdict !== 'different';
  return { exitCode: isGood ? 0 : 1, isComplete: true };
}

function explainUnmet({ plan, outcome }: PlannedStage): boolean {
  const unmet = outcome?.status === 'completed' ? outcome.unmetFaults : [];
  return explainUnmetFaults(plan.faults, unmet);
}

/** Stage after stage: the oracle's second stage reads what its first one has written. */
async function verifyStages(
  stages: readonly PlannedStage[],
  places: RunPlaces,
): Promise<Verdict> {
  for (const [i, stage] of stages.entries()) {
    const verdict = await verifyStage(stage, stages[i + 1]?.input, places);
    if (verdict === 'different' && stages.length > 1) {
      console.error(`error: that was ${nameStage(stage.plan)}`);
    }
    if (verdict !== 'equal') return verdict;
  }
  return 'equal';
}

async function verifyStage(
  { plan, bundle, readers, outputDir, input }: PlannedStage,
  written: readonly StageFile[] | undefined,
  { runDir, signal }: RunPlaces,
): Promise<Verdict> {
  if (plan.config) return compareWithPlainLoop(plan.config, plan, outputDir, signal);
  const folderOf = (stage: number) => join(runDir, `oracle-${stage}`);
  const { stage = 1 } = plan;
  const oracle = folderOf(stage);
  mkdirSync(oracle, { recursive: true });
  const { totals } = readers.screen;
  const before = join(folderOf(stage - 1), 'sequential');
  const splits =
    input.length === 0
      ? plan.splits
      : plan.splits.map((split) => ({ ...split, file: join(before, split.name) }));
  const skips = totals.listSkips(splits.length);
  const skippedKeys = totals.listSkippedKeys().map(({ key }) => key);
  const work = { ...plan, splits, skips, skippedKeys };
  // The output between two stages has been read, and need not be there any more.
  const own = written ? join(oracle, 'sequential') : outputDir;
  const counted = totals.add();
  const verdict = await compareWithSequentialRun(
    bundle,
    work,
    oracle,
    own,
    counted,
    signal,
  );
  return verdict === 'equal' ? compareWritten(written ?? [], own) : verdict;
}

/** The oracle's files with what is known of those that another stage has read. */
async function compareWritten(
  written: readonly StageFile[],
  oracle: string,
): Promise<Verdict> {
  const files = written.map((one) => ({
    ...one,
    file: join(oracle, basename(one.file)),
  }));
  const [different] = await findLostFiles(files);
  if (different === undefined) return 'equal';
  console.error(
    `error: ${basename(files[different]?.file ?? '')} differs from the sequential run: the job is not deterministic, or its combine changes the result`,
  );
  return 'different';
}
