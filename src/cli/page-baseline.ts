/**
 * What the faults of a run have cost in time: the same job on the same splits with the same
 * seed runs once more, without them. One run each: chance has its part in the difference.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../mapreduce/bundle.ts';
import type { StreamEntry } from '../mapreduce/events.ts';
import type { MasterOptions } from '../mapreduce/master-options.ts';
import { runStages } from '../mapreduce/stages.ts';
import { StatusReader } from '../mapreduce/status.ts';
import { openRunStore } from '../mapreduce/stores/run-store.ts';
import type { Baseline } from '../page/run-record.ts';
import type { Plan } from './mapreduce-plan.ts';

/** Whether there is a run without faults that can be compared with this one. */
export function hasBaseline(plan: Plan): boolean {
  const remembers = plan.cache ?? plan.journal ?? plan.resume;
  return plan.workers > 0 && !plan.config && remembers === undefined;
}

/** Runs it; writes into `runDir` only, which its owner removes. */
export async function measureBaseline(
  plan: Plan,
  bundle: Bundle,
  runDir: string,
  signal: AbortSignal,
): Promise<Baseline> {
  const folder = mkdtempSync(join(runDir, 'baseline-'));
  const outputDir = join(folder, 'output');
  mkdirSync(outputDir);
  const store = await openRunStore(plan.store, folder);
  const tasks = { map: plan.splits.length, reduce: plan.reduceTasks };
  const status = new StatusReader(plan.jobName, tasks, plan.workers);
  let attempts = 0;
  let makespanMs = 0;
  const read = (entry: StreamEntry) => {
    if (entry.type === 'start-attempt') attempts++;
    if (entry.type === 'complete-job') makespanMs = entry.atMs;
  };
  try {
    const alone = { listen: '127.0.0.1:0', waitForWorkersMs: undefined, faults: [] };
    const options: MasterOptions = {
      ...plan,
      ...alone,
      ...{ bundle, store, runDir: folder, outputDir, signal },
      onListening: () => {},
      onWorkerLine: () => {},
      onEntry: read,
      describeStatus: () => status.describe(),
    };
    const { status: end } = await runStages({
      count: 1,
      plan: async () => options,
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
