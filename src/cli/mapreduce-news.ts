/**
 * What people are told before a run and when it did not go as planned, on stderr.
 */
import { describeFault, type FaultPlan } from '../mapreduce/fault-plan.ts';
import type { RunOutcome } from '../mapreduce/master-options.ts';
import type { RunStore } from '../mapreduce/stores/run-store.ts';
import type { Interruption } from './interruption.ts';
import type { Plan } from './mapreduce-plan.ts';
import type { Screen } from './mapreduce-screen.ts';
import { countOf } from './mapreduce-story.ts';
import { whatIsLeft } from './run-folder.ts';

/** What is going to happen. */
export function announce(
  { faults, ...plan }: Plan,
  store: RunStore,
  screen: Screen,
): void {
  const size = `${(plan.inputBytes / 1e6).toFixed(1)} MB`;
  const { config } = plan;
  const parts = [
    config
      ? `${config.num_strings} strings, ${config.num_target_words} targets`
      : `${countOf(plan.inputFiles, 'file')} of ${size}`,
    countOf(plan.splits.length, 'map task'),
    countOf(plan.reduceTasks, 'reduce task'),
    // Later stages have those that are left.
    ...((plan.stage ?? 1) === 1 ? [countOf(plan.workers, 'worker')] : []),
  ];
  screen.print(`${nameStage(plan)}: ${parts.join(', ')}`);
  if (store.outputSurvives && (plan.stage ?? 1) === 1) screen.print(store.description);
  for (const fault of faults) screen.print(`plan: ${describeFault(fault)}`);
}

/** `word-count`, `stage 1 of 2, word-count`. */
export function nameStage({ stage, laterJobs, jobName }: StageOfPlan): string {
  return stage === undefined
    ? jobName
    : `stage ${stage} of ${laterJobs.length + 1}, ${jobName}`;
}

type StageOfPlan = Pick<Plan, 'stage' | 'laterJobs' | 'jobName'>;

/** Resolves with the exit code. */
export async function explainNoResult(
  outcome: RunOutcome,
  interruption: Interruption,
  canBeResumed = false,
): Promise<number> {
  const what = whatIsLeft(canBeResumed);
  // Ctrl-C may have ended workers that had just begun to start.
  if (outcome.status !== 'failed' || (await interruption.wasSent())) {
    console.error(`interrupted: every worker has ended, and ${what}`);
    return interruption.exitCode;
  }
  console.error(`error: the job failed, ${what}: ${outcome.why}`);
  if (outcome.failure)
    console.error(`${outcome.failure.on}\n${outcome.failure.error}`.trim());
  return 1;
}

/** A planned fault that did not happen: the result is right, the demonstration is not. */
export function explainUnmetFaults(faults: FaultPlan, unmet: readonly number[]): boolean {
  for (const fault of faults) {
    if (fault.type !== 'kill-worker' || !unmet.includes(fault.worker)) continue;
    console.error(
      `error: the output is complete, but worker ${fault.worker} was not killed: its moment never came (${describeFault(fault)}). ` +
        'Give it more map tasks, with a smaller --split-size or more input',
    );
  }
  return unmet.length > 0;
}
