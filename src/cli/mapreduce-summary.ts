/**
 * The summary of a run that is complete: what was to be done, what it cost, what was counted.
 */
import type { SkippedInput, SkippedValues } from '../mapreduce/run-totals.ts';
import type { Split } from '../mapreduce/splits.ts';
import type { StateCalls } from '../mapreduce/stores/state-server.ts';
import type { Tally } from '../mapreduce/tally.ts';
import type { Totals } from '../mapreduce/totals.ts';
import type { MapReduceOptions } from './mapreduce-options.ts';
import type { RunSummary } from './mapreduce-report.ts';

export type Work = Pick<
  MapReduceOptions,
  'jobName' | 'laterJobs' | 'reduceTasks' | 'outputFormat' | 'workers' | 'store'
> & {
  readonly stage: number | undefined;
  readonly inputFiles: number;
  readonly inputBytes: number;
  readonly splits: readonly Split[];
};

export interface Counted {
  readonly totals: Totals;
  readonly skipped: readonly SkippedInput[];
  readonly skippedKeys: readonly SkippedValues[];
  /** Undefined: all of it was where it was read. */
  readonly mapInput?: RunSummary['mapInput'];
  /** Undefined: no worker is nearer to map output than another. */
  readonly bytesRead?: RunSummary['bytesRead'];
  /** Undefined: the store has no counters. */
  readonly stateCalls?: StateCalls | undefined;
}

export function summarise(
  work: Work,
  tally: Tally,
  { totals, skipped, skippedKeys, mapInput, bytesRead, stateCalls }: Counted,
  end: Pick<RunSummary, 'elapsedMs' | 'outputDir' | 'verified' | 'sequential'>,
): RunSummary {
  const { attempts, losses, reExecuted, redone, duplicatesIgnored } = tally;
  const { backups, cancelled, replacements, reused } = tally;
  return {
    job: work.jobName,
    ...(work.stage === undefined ? {} : { stage: work.stage }),
    inputFiles: work.inputFiles,
    inputBytes: work.inputBytes,
    mapTasks: work.splits.length,
    reduceTasks: work.reduceTasks,
    outputFormat: work.outputFormat,
    workers: work.workers,
    attempts,
    lostWorkers: losses.map(({ worker }) => worker),
    reExecuted,
    store: work.store.name,
    redone,
    duplicatesIgnored,
    stateCalls: stateCalls ?? null,
    backups,
    cancelled,
    replacements,
    reused,
    totals: {
      ...totals,
      bytesIn: work.inputBytes,
      counters: Object.fromEntries(totals.counters),
    },
    skipped: skipped.map(({ map, offset, start, error }) => {
      return { file: work.splits[map]?.name ?? '', byte: offset, start, error };
    }),
    skippedKeys,
    mapInput: mapInput ?? null,
    bytesRead: bytesRead ?? null,
    ...end,
  };
}

/** The summary of all stages together: what each was, and the sums of what they cost. */
export function summariseStages(
  stages: readonly RunSummary[],
  end: Pick<RunSummary, 'elapsedMs' | 'outputDir' | 'verified'>,
): RunSummary {
  if (stages.length === 1) return stages[0] as RunSummary;
  const [first, last] = [stages[0] as RunSummary, stages.at(-1) as RunSummary];
  const { stage: _, ...rest } = last;
  const sum = (count: (summary: RunSummary) => number) =>
    stages.reduce((total, summary) => total + count(summary), 0);
  return {
    ...rest,
    job: stages.map(({ job }) => job).join(', then '),
    inputFiles: first.inputFiles,
    inputBytes: first.inputBytes,
    mapTasks: sum(({ mapTasks }) => mapTasks),
    reduceTasks: sum(({ reduceTasks }) => reduceTasks),
    attempts: sum(({ attempts }) => attempts),
    lostWorkers: stages.flatMap(({ lostWorkers }) => lostWorkers),
    reExecuted: sumTasks(stages.map(({ reExecuted }) => reExecuted)),
    reused: sumTasks(stages.map(({ reused }) => reused)),
    redone: {
      completedMaps: sum(({ redone }) => redone.completedMaps),
      runningAttempts: sum(({ redone }) => redone.runningAttempts),
    },
    duplicatesIgnored: sum(({ duplicatesIgnored }) => duplicatesIgnored),
    backups: {
      started: sum(({ backups }) => backups.started),
      won: sum(({ backups }) => backups.won),
    },
    cancelled: sum(({ cancelled }) => cancelled),
    replacements: sum(({ replacements }) => replacements),
    skipped: stages.flatMap(({ skipped }) => skipped),
    skippedKeys: stages.flatMap(({ skippedKeys }) => skippedKeys),
    ...end,
    stages,
  };
}

function sumTasks(counts: readonly { map: number; reduce: number }[]) {
  const sum = (kind: 'map' | 'reduce') =>
    counts.reduce((total, count) => total + count[kind], 0);
  return { map: sum('map'), reduce: sum('reduce') };
}
