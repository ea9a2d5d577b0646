/**
 * What is left of a run when it is over: the most frequent results, what the faults cost, and
 * the summary object of `--json`.
 */
import chalk from 'chalk';
import type { OutputFormat } from '../mapreduce/formats.ts';
import type { SkippedValues } from '../mapreduce/run-totals.ts';
import { listOutputFiles } from '../mapreduce/sequential.ts';
import type { StateCalls } from '../mapreduce/stores/state-server.ts';
import type { StoreName } from '../mapreduce/stores/store.ts';
import type { Tally } from '../mapreduce/tally.ts';
import { preview } from '../mapreduce/task-failure.ts';
import type { Totals } from '../mapreduce/totals.ts';
import type { RunConfig } from './config-file.ts';
import { countOf, tellLostWorker } from './mapreduce-story.ts';
import { listTop } from './mapreduce-top.ts';
import { describeCalls, describeClaim } from './state-totals.ts';

/** The object that `--json` prints, on one line. */
export interface RunSummary {
  readonly job: string;
  /** Of one stage of several. */
  readonly stage?: number;
  readonly inputFiles: number;
  readonly inputBytes: number;
  readonly mapTasks: number;
  readonly reduceTasks: number;
  readonly outputFormat: OutputFormat;
  readonly workers: number;
  readonly attempts: number;
  /** In the order of their loss. */
  readonly lostWorkers: readonly number[];
  readonly reExecuted: { readonly map: number; readonly reduce: number };
  readonly store: StoreName;
  /** What the store made re-execution cost. */
  readonly redone: { readonly completedMaps: number; readonly runningAttempts: number };
  readonly duplicatesIgnored: number;
  /** Null: there were no counters. */
  readonly stateCalls: StateCalls | null;
  readonly backups: { readonly started: number; readonly won: number };
  /** Attempts that were told to stop because another one had won. */
  readonly cancelled: number;
  /** Processes started in the place of lost ones. */
  readonly replacements: number;
  /** Tasks that an earlier run had completed. */
  readonly reused: { readonly map: number; readonly reduce: number };
  /** Bad records that the output is without. */
  readonly skipped: readonly SkippedRecordSummary[];
  /** Bad keys that it is without, with all their values. */
  readonly skippedKeys: readonly SkippedValues[];
  /** Each task counted once. */
  readonly totals: Omit<Totals, 'counters'> & {
    readonly bytesIn: number;
    /** The job's own. */
    readonly counters: Readonly<Record<string, number>>;
  };
  /** True: in one process, without workers. */
  readonly sequential: boolean;
  /** Map tasks that read their input where it lies, and others; null: in one process. */
  readonly mapInput: {
    readonly local: number;
    readonly remote: number;
    readonly movedBytes: number;
  } | null;
  /** Map output that reduce tasks found on their own worker's disk; null: it has no place. */
  readonly bytesRead: { readonly local: number; readonly remote: number } | null;
  readonly elapsedMs: number;
  readonly outputDir: string;
  /** Null: not asked for. */
  readonly verified: boolean | null;
  /** In a run of several: each stage's own. Here, costs are their sums, `totals` the last's. */
  readonly stages?: readonly RunSummary[];
}

export interface SkippedRecordSummary {
  readonly file: string;
  readonly byte: number;
  /** Its beginning, quoted. */
  readonly start: string;
  readonly error: string;
}

interface ReportOptions {
  /** True: for a script, the summary alone, on one line. */
  readonly json: boolean;
  /** So many results. */
  readonly top: number;
  readonly config: RunConfig | undefined;
}

/** Prints the results of a completed run on stdout; for a person the losses once more. */
export function printResults(
  summary: RunSummary,
  tallies: readonly Tally[],
  { json, top, config }: ReportOptions,
): void {
  if (json) {
    console.log(JSON.stringify(summary));
    return;
  }
  const { outputDir, outputFormat, stages = [summary] } = summary;
  const { reduceTasks } = stages.at(-1) ?? summary;
  const files = listOutputFiles(outputDir, reduceTasks);
  const lines = listTop(files, outputFormat, top);
  lines.push('');
  for (const [i, stage] of stages.entries()) {
    if (summary.stages) lines.push(`stage ${i + 1} of ${stages.length}, ${stage.job}:`);
    lines.push(...describeStage(stage, tallies[i] as Tally));
    if (i + 1 < stages.length) lines.push('');
  }
  if (config && summary.stateCalls) {
    lines.push(...describeCalls(summary.stateCalls, config));
  }
  if (config) lines.push(describeClaim());
  if (summary.verified !== null) {
    const verdict = summary.verified ? chalk.green('equals') : chalk.red('differs from');
    lines.push(`the output ${verdict} the sequential run`);
  }
  const seconds = (summary.elapsedMs / 1000).toFixed(2);
  lines.push(`${seconds} s, output in ${summary.outputDir}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What one job has cost and counted. */
function describeStage(summary: RunSummary, tally: Tally): string[] {
  return [
    ...(summary.sequential ? [] : [describeCost(summary)]),
    ...describeReuse(summary),
    ...describeBackups(summary),
    ...tally.losses.map(tellLostWorker),
    ...(tally.losses.length > 0 ? [describeStore(summary)] : []),
    ...describeMoved(summary),
    ...describeTotals(summary),
    ...describeSkipped(summary),
  ];
}

/** What the faults cost, as a sentence. */
function describeCost(summary: RunSummary): string {
  const { attempts, mapTasks, reduceTasks, reExecuted, duplicatesIgnored } = summary;
  const cost = `${countOf(attempts, 'attempt')} for ${mapTasks + reduceTasks} tasks`;
  const again = `executed again: ${reExecuted.map} map, ${reExecuted.reduce} reduce`;
  return `${cost}; ${again}; duplicates ignored: ${duplicatesIgnored}`;
}

function describeReuse({ reused, mapTasks, reduceTasks }: RunSummary): string[] {
  if (reused.map + reused.reduce === 0) return [];
  return [
    `reused: ${reused.map} of ${mapTasks} map, ${reused.reduce} of ${reduceTasks} reduce`,
  ];
}

const placesOfOutput: Record<StoreName, string> = {
  'local-disk': 'local disks',
  shared: 'stable storage',
  'state-server': 'state server',
};

/** What the store made re-execution cost, as a sentence. */
function describeStore({ store, redone }: RunSummary): string {
  const completed = countOf(redone.completedMaps, 'completed map task');
  const running = countOf(redone.runningAttempts, 'running attempt');
  return `${placesOfOutput[store]}: ${completed} redone, ${running} redone`;
}

/** Nothing to say where nothing was moved. */
function describeMoved({ mapInput }: RunSummary): string[] {
  if (!mapInput || mapInput.remote === 0) return [];
  const { local, remote, movedBytes } = mapInput;
  return [
    `input of ${countOf(local, 'map task')} was read where it lies, of ${remote} it was moved: ${formatBytes(movedBytes)}`,
  ];
}

function describeTotals({ totals, bytesRead }: RunSummary): string[] {
  const { recordsIn, pairsEmitted, pairsOut, counters } = totals;
  const [bytesIn, shuffled, bytesOut] = [
    totals.bytesIn,
    totals.bytesShuffled,
    totals.bytesOut,
  ].map(formatBytes);
  const near = bytesRead
    ? `, ${formatBytes(bytesRead.local)} of it from its own disk`
    : '';
  const own = Object.entries(counters).map(([name, sum]) => `  ${name}: ${sum}`);
  return [
    `in ${countOf(recordsIn, 'record')}, ${bytesIn}; emitted ${countOf(pairsEmitted, 'pair')}`,
    `shuffled ${shuffled}${near}; out ${countOf(pairsOut, 'pair')}, ${bytesOut}`,
    ...(own.length === 0 ? [] : ["the job's counters:", ...own]),
  ];
}

function formatBytes(bytes: number): string {
  if (bytes < 10_000) return `${bytes} bytes`;
  return bytes < 1e7
    ? `${Math.round(bytes / 1000)} kB`
    : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A result that is not of the whole input says so. */
function describeSkipped({ skipped, skippedKeys }: RunSummary): string[] {
  const records = skipped.map(
    ({ file, byte, start, error }) =>
      `  ${file}, byte ${byte}: ${start}\n    ${error.split('\n', 1)[0]}`,
  );
  const keys = skippedKeys.map(
    ({ key, values, error }) =>
      `  key ${preview(key)}, ${countOf(values, 'value')}\n    ${error.split('\n', 1)[0]}`,
  );
  const list = (what: string, lines: readonly string[]) => {
    if (lines.length === 0) return [];
    return [chalk.yellow(`${countOf(lines.length, what)} skipped:`), ...lines];
  };
  return [...list('bad record', records), ...list('bad key', keys)];
}

/** What stragglers cost: nothing to say where there were none. */
function describeBackups({ backups, cancelled, replacements }: RunSummary): string[] {
  const lines: string[] = [];
  if (backups.started > 0) {
    const what = `${countOf(backups.started, 'backup task')}, ${backups.won} won`;
    lines.push(`${what}; ${countOf(cancelled, 'attempt')} cancelled`);
  }
  if (replacements > 0)
    lines.push(
      `${countOf(replacements, 'worker')} started in the place of lost or late ones`,
    );
  return lines;
}
