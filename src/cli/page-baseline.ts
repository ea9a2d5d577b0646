/**
 * What the faults of a run have cost in time: the same job on the same splits with the same
 * seed runs once more, all its stages, without them. One run each: chance has its part in the
 * difference.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../mapreduce/bundle.ts';
import type { StreamEntry } from '../mapreduce/events.ts';
import type { MasterOptions } from '../mapreduce/master-options.ts';
import type { Spares } from '../mapreduce/spares.ts';
import { findLostFiles, type StageFile } from '../mapreduce/stage-input.ts';
import { runStages } from '../mapreduce/stages.ts';
import { StatusReader } from '../mapreduce/status.ts';
import { openRunStore, type RunStore } from '../mapreduce/stores/run-store.ts';
import type { Baseline } from '../page/run-record.ts';
import { type Plan, planStage } from './mapreduce-plan.ts';

/** What is run again, with a bundle for each of its stages. */
export interface Work {
  readonly plan: Plan;
  readonly bundles: readonly Bundle[];
  readonly spares: Spares;
}

/** Whether there is a run without faults that can be compared with this one. */
export function hasBaseline(plan: Plan): boolean {
  const remembers = plan.cache ?? plan.journal ?? plan.resume;
  return plan.workers > 0 && !plan.config && remembers === undefined;
}

/** Runs it; writes into `runDir` only, which its owner removes. */
export async function measureBaseline(
  { plan: whole, bundles, spares }: Work,
  runDir: string,
  signal: AbortSignal,
): Promise<Baseline> {
  const folder = mkdtempSync(join(runDir, 'baseline-'));
  const store = await openRunStore(whole.store, folder);
  let attempts = 0;
  let makespanMs = 0;
  const onEntry = (entry: StreamEntry) => {
    if (entry.type === 'start-attempt') attempts++;
    // The last stage has the last word.
    if (entry.type === 'complete-job') makespanMs = entry.atMs;
  };
  try {
    const { status: end } = await runStages({
      count: bundles.length,
      async plan(stage, input) {
        const plan = await planStage(whole, stage, input);
        if ('lost' in plan) return plan;
        const bundle = bundles[stage - 1] as Bundle;
        const described = withoutFaults(plan, input, store, folder);
        return { ...described, spares, bundle, signal, onEntry };
      },
      onBegin: () => {},
      onEnd: () => {},
    });
    return end === 'completed'
      ? { state: 'measured', makespanMs, attempts }
      : { state: 'given up' };
  } finally {
    await store.close();
  }
}

/** Heard by nobody. */
function withoutFaults(
  plan: Plan,
  input: readonly StageFile[],
  store: RunStore,
  folder: string,
): Omit<MasterOptions, 'spares' | 'bundle' | 'signal' | 'onEntry'> {
  const outputDir = join(folder, `output-${plan.stage ?? 1}`);
  mkdirSync(outputDir);
  const tasks = { map: plan.splits.length, reduce: plan.reduceTasks };
  const status = new StatusReader(plan.jobName, tasks, plan.workers);
  return {
    ...plan,
    ...{ listen: '127.0.0.1:0', waitForWorkersMs: undefined, faults: [] },
    ...{ store, runDir: folder, outputDir },
    findLostInputs: input.length === 0 ? undefined : () => findLostFiles(input),
    onListening: () => {},
    onWorkerLine: () => {},
    describeStatus: () => status.describe(),
  };
}
