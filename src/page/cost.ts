/**
 * What the run's faults have cost: time that workers spent on attempts whose work does not
 * count. How much later the job is done is another question: only a run without faults tells.
 */
import type { RunModel } from './run-model.ts';
import type { RunFacts } from './run-record.ts';

export interface Cost {
  readonly attempts: number;
  /** Tasks that were completed at least once. */
  readonly usefulMs: number;
  /** Sum over attempts that were lost, cancelled, failed, or whose output was lost. */
  readonly wastedMs: number;
  readonly wastedAttempts: number;
  /** Against the same job without its faults; undefined: that was not measured. */
  readonly laterMs: number | undefined;
}

/** Up to `nowMs`, also for a run that goes on. */
export function reckonCost(run: RunModel, facts: RunFacts, nowMs: number): Cost {
  let usefulMs = 0;
  let wastedMs = 0;
  let wastedAttempts = 0;
  for (const { fate, startMs, endMs } of run.bars) {
    const ms = (endMs ?? nowMs) - startMs;
    if (fate === 'completed' || fate === 'running') {
      usefulMs += ms;
    } else {
      wastedMs += ms;
      wastedAttempts++;
    }
  }
  const { baseline } = facts;
  const isKnown = baseline.state === 'measured' && run.overMs !== undefined;
  const laterMs = isKnown ? (run.overMs as number) - baseline.makespanMs : undefined;
  return { attempts: run.bars.length, usefulMs, wastedMs, wastedAttempts, laterMs };
}
