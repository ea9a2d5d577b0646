/**
 * What is left of a run when it is over: the most frequent results, what the faults cost, and
 * the summary object of `--json`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import chalk from 'chalk';
import type { OutputFormat } from '../mapreduce/formats.ts';
import { parsePairs } from '../mapreduce/pairs.ts';
import { outputName } from '../mapreduce/sequential.ts';
import type { StateCalls } from '../mapreduce/stores/state-server.ts';
import type { StoreName } from '../mapreduce/stores/store.ts';
import type { Tally } from '../mapreduce/tally.ts';
import type { Totals } from '../mapreduce/totals.ts';
import type { RunConfig } from './config-file.ts';
import { countOf, tellLostWorker } from './mapreduce-story.ts';
import { describeCalls, describeClaim } from './state-totals.ts';

/** The object that `--json` prints, on one line. */
export interface RunSummary {
  readonly job: string;
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
  /** Each task counted once. */
  readonly totals: Omit<Totals, 'counters'> & {
    readonly bytesIn: number;
    /** The job's own. */
    readonly counters: Readonly<Record<string, number>>;
  };
  /** True: in one process, without workers. */
  readonly sequential: boolean;
  /** Map output that reduce tasks found on their own worker's disk; null: it has no place. */
  readonly bytesRead: { readonly local: number; readonly remote: number } | null;
  readonly elapsedMs: number;
  readonly outputDir: string;
  /** Null: not asked for. */
  readonly verified: boolean | null;
}

export interface SkippedRecordSummary {
  readonly file: string;
  readonly byte: number;
  /** Its beginning, quoted. */
  readonly start: string;
  readonly error: string;
}

/**
 * The `top` results: by count where every value is a number, else the first by key.
 */
export function listTop(
  summary: Pick<RunSummary, 'outputDir' | 'reduceTasks' | 'outputFormat'>,
  top: number,
): string[] {
  const { outputDir, reduceTasks, outputFormat } = summary;
  const pairs: [string, string][] = [];
  for (let reduce = 0; reduce < reduceTasks; reduce++) {
    const text = readFileSync(join(outputDir, outputName(reduce)), 'utf8');
    if (outputFormat === 'lines') {
      const lines = text.split('\n', top - pairs.length).filter((line) => line !== '');
      for (const line of lines) pairs.push(['', line]);
    } else {
      for (const pair of parseOutput(text, outputFormat)) pairs.push(pair);
    }
  }
  if (outputFormat === 'lines') return pairs.map(([, line]) => line);
  const isCount = pairs.every(([, value]) => /^\d+$/.test(value));
  if (!isCount) {
    pairs.sort(([a], [b]) => (a < b ? -1 : 1));
    return pairs.slice(0, top).map(([key, value]) => `${key}  ${value}`);
  }
  pairs.sort(([a, m], [b, n]) => Number(n) - Number(m) || (a < b ? -1 : 1));
  const shown = pairs.slice(0, top);
  // The first is the largest number, hence the widest.
  const width = shown[0]?.[1].length ?? 0;
  return shown.map(([key, value]) => `${value.padStart(width)}  ${key}`);
}

function parseOutput(text: string, format: OutputFormat): Iterable<[string, string]> {
  if (format === 'key-value') return parsePairs(text);
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const { key, value } = JSON.parse(line);
    return [key, value];
  });
}

/** Prints the results of a completed run for a person, on stdout; the losses once more. */
export function printResults(
  summary: RunSummary,
  tally: Tally,
  { top, config }: { top: number; config: RunConfig | undefined },
): void {
  const lines = listTop(summary, top);
  lines.push(
    '',
    ...(summary.sequential ? [] : [describeCost(summary)]),
    ...describeReuse(summary),
    ...describeBackups(summary),
    ...tally.losses.map(tellLostWorker),
  );
  if (tally.losses.length > 0) lines.push(describeStore(summary));
  if (config && summary.stateCalls) {
    lines.push(...describeCalls(summary.stateCalls, config));
  }
  if (config) lines.push(describeClaim());
  lines.push(...describeTotals(summary), ...describeSkipped(summary));
  if (summary.verified !== null) {
    const verdict = summary.verified ? chalk.green('equals') : chalk.red('differs from');
    lines.push(`the output ${verdict} the sequential run`);
  }
  const seconds = (summary.elapsedMs / 1000).toFixed(2);
  lines.push(`${seconds} s, output in ${summary.outputDir}`);
  process.stdout.write(`${lines.join('\n')}\n`);
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
function describeSkipped({ skipped }: RunSummary): string[] {
  if (skipped.length === 0) return [];
  const what = `${countOf(skipped.length, 'bad record')} skipped:`;
  const records = skipped.map(
    ({ file, byte, start, error }) =>
      `  ${file}, byte ${byte}: ${start}\n    ${error.split('\n', 1)[0]}`,
  );
  return [chalk.yellow(what), ...records];
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
