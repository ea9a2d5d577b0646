/**
 * A run as the command carries it out: plans each stage when its input is there, and lets
 * people and the journal read what happens in it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chalkStderr as chalk } from 'chalk';
import { type Bundle, bundleJob } from '../mapreduce/bundle.ts';
import type { MasterOptions, RunOutcome } from '../mapreduce/master-options.ts';
import type { Spares } from '../mapreduce/spares.ts';
import { findLostFiles, type StageFile } from '../mapreduce/stage-input.ts';
import { runStages, type Stages } from '../mapreduce/stages.ts';
import type { RunStore } from '../mapreduce/stores/run-store.ts';
import type { CallDiagram } from './call-diagram.ts';
import { tellHowToJoin } from './listen-options.ts';
import type { RunMemory } from './mapreduce-memory.ts';
import { announce } from './mapreduce-news.ts';
import { type Plan, planStage } from './mapreduce-plan.ts';
import type { TraceFile } from './mapreduce-trace.ts';
import type { Work } from './page-baseline.ts';
import { observeMaster } from './run-diagram.ts';
import type { RunPage } from './run-page.ts';
import { describeLineage } from './stage-lineage.ts';
import { StageReaders } from './stage-readers.ts';

/** What all stages share. */
export interface RunPlaces {
  readonly store: RunStore;
  readonly spares: Spares;
  readonly runDir: string;
  /** For the last stage's output. */
  readonly outputDir: string;
  readonly memory: RunMemory;
  readonly trace: TraceFile | undefined;
  readonly page: RunPage;
  readonly diagram: CallDiagram;
  readonly signal: AbortSignal;
}

/** One stage, planned: what the master and what later reports need of it. */
export interface PlannedStage {
  readonly plan: Plan;
  readonly bundle: Bundle;
  readonly readers: StageReaders;
  readonly outputDir: string;
  /** The output of the stage before, as it was written. */
  readonly input: readonly StageFile[];
  outcome?: RunOutcome;
}

export class JobRun implements Stages {
  readonly count: number;
  /** In order; the first is always there. */
  readonly stages: PlannedStage[] = [];
  /** What is to be run: all of it, its modules by stage, and its processes. */
  readonly work: Work;
  readonly #places: RunPlaces;
  readonly #startMs = performance.now();

  constructor(plan: Plan, bundles: readonly Bundle[], places: RunPlaces) {
    this.work = { plan, bundles, spares: places.spares };
    this.#places = places;
    this.count = bundles.length;
  }

  run(): Promise<RunOutcome> {
    return runStages(this);
  }

  /** `word-count, then by-frequency`. */
  get name(): string {
    const { jobName, laterJobs } = this.work.plan;
    return [jobName, ...laterJobs.map((stage) => stage.jobName)].join(', then ');
  }

  /** The lineage of all stages, and why each task ran. */
  explain(): string[] {
    return this.stages.flatMap(({ readers }) => readers.explain());
  }

  async plan(stage: number, input: readonly StageFile[]) {
    const { plan: whole, bundles } = this.work;
    const plan = await planStage(whole, stage, input);
    if ('lost' in plan) return plan;
    const { runDir, outputDir, memory } = this.#places;
    const isLast = stage === this.count;
    const folder = isLast ? outputDir : join(runDir, `stage-${stage}`);
    // So that an output file of an earlier job has a folder to be put into.
    mkdirSync(folder, { recursive: true });
    const isAsked = plan.explain || plan.cache !== undefined;
    const lineage = isAsked ? await describeLineage(plan) : undefined;
    const readers = new StageReaders(plan, this.#startMs, lineage);
    const bundle = bundles[stage - 1] as Bundle;
    const planned = { plan, bundle, readers, outputDir: folder, input };
    this.stages.push(planned);
    return this.#describe(planned, await memory.ofStage(plan, folder, lineage));
  }

  async onBegin(stage: number): Promise<void> {
    const { readers, plan, outcome, outputDir } = this.stages[stage - 1] as PlannedStage;
    // Whoever has lost its files may have lost their folder, too.
    mkdirSync(outputDir, { recursive: true });
    await readers.open();
    if (!outcome) announce(plan, this.#places.store, readers.screen);
  }

  onEnd(stage: number, outcome: RunOutcome): void {
    const planned = this.stages[stage - 1] as PlannedStage;
    planned.outcome = outcome;
    planned.readers.close();
  }

  #describe(
    { plan, bundle, readers, outputDir, input }: PlannedStage,
    memory: Awaited<ReturnType<RunMemory['ofStage']>>,
  ): MasterOptions {
    const { store, spares, runDir, trace, page, diagram, signal } = this.#places;
    const { screen } = readers;
    return {
      ...plan,
      ...memory,
      ...{ store, spares, bundle, runDir, outputDir, signal },
      findLostInputs: input.length === 0 ? undefined : () => findLostFiles(input),
      onListening: (address) => {
        for (const line of tellHowToJoin(plan, address)) screen.print(line);
      },
      describeStatus: () => readers.status.describe(),
      observe: observeMaster(diagram),
      onInjectable: (inject) => page.allowFaults(inject),
      onEntry: (entry) => {
        memory.read?.(entry);
        readers.read(entry);
        trace?.read(entry);
        page.read(entry);
      },
      onWorkerLine: (worker, line) =>
        screen.print(chalk.dim(`[worker ${worker}] ${line}`)),
    };
  }
}

/** The modules of all stages: one that does not compile is known before anything runs. */
export async function bundleStages(
  { laterJobs }: Plan,
  first: Bundle,
  runDir: string,
): Promise<Bundle[]> {
  const bundles = [first];
  for (const [i, { jobFile }] of laterJobs.entries()) {
    bundles.push({ ...first, jobModule: await bundleJob(jobFile, runDir, i + 2) });
  }
  return bundles;
}
