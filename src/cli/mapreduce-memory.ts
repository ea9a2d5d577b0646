/**
 * What a run remembers of what was done before it: map outputs of an earlier job (`--cache`),
 * or all that an earlier master of this very job had accepted (`--resume`).
 */
import { mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { StreamEntry } from '../mapreduce/events.ts';
import {
  fingerprintInput,
  fingerprintJob,
  fingerprintMapFunction,
  fingerprintMapTask,
} from '../mapreduce/fingerprint.ts';
import {
  type Accepted,
  Journal,
  type Remembered,
  readJournal,
} from '../mapreduce/journal.ts';
import { MapCache } from '../mapreduce/map-cache.ts';
import type { MasterOptions } from '../mapreduce/master-options.ts';
import { outputName } from '../mapreduce/sequential.ts';
import type { Split } from '../mapreduce/splits.ts';
import { hasWholeOutput } from '../mapreduce/stores/attempt-files.ts';
import { LocalDisk } from '../mapreduce/stores/local-disk.ts';
import type { RunStore } from '../mapreduce/stores/run-store.ts';
import { UsageError } from './command.ts';
import type { MapReduceOptions } from './mapreduce-options.ts';

/** What the master is told of it, and what it has to write down. */
export interface Memory
  extends Pick<
    MasterOptions,
    'completed' | 'firstAttempt' | 'keepMapOutput' | 'canBeResumed'
  > {
  readonly read?: (entry: StreamEntry) => void;
}

interface Work extends MapReduceOptions {
  readonly splits: readonly Split[];
}

/** What the options ask for; nothing, if they ask for nothing. Throws a UsageError. */
export async function openMemory(
  work: Work,
  store: RunStore,
  outputDir: string,
): Promise<Memory> {
  const { cache, journal, resume } = work;
  if (resume !== undefined) return resumeJournal(resume, work, store, outputDir);
  if (journal !== undefined) return beginJournal(journal, work, outputDir);
  return cache === undefined ? {} : openCache(cache, work, store);
}

/** The folder for all that the run needs: a journal's, or one that nobody will miss. */
export function makeRunFolder({ journal, resume }: MapReduceOptions): string {
  if (resume !== undefined) return resume;
  if (journal === undefined) return mkdtempSync(join(tmpdir(), 'mapreduce-run-'));
  makeJournalFolder(journal);
  return journal;
}

/** The options of the run that is resumed; its faults have been. Throws a UsageError. */
export function resumeOptions(options: MapReduceOptions): MapReduceOptions {
  const { resume, trace, explain, top, verify, json, verbose, token } = options;
  const { page, replay } = options;
  if (resume === undefined) return options;
  const { options: earlier, outputDir } = readPlan(resume).plan;
  const noFaults = { killWorkers: [], slowWorkers: [], crashPercent: 0 };
  const asked = { trace, explain, top, json, verbose, token, page, replay };
  return {
    ...earlier,
    ...asked,
    verify: verify || earlier.verify,
    ...noFaults,
    stragglerPercent: 0,
    output: outputDir,
    journal: undefined,
    resume,
  };
}

export function tellHowToResume(folder: string): void {
  console.error(`go on: npm run mapreduce -- --resume ${folder}`);
}

/** Finds what earlier jobs have left in the cache, and keeps what this one makes. */
async function openCache(
  cache: string,
  { jobFile, params, splits, reduceTasks, inputFormat, skipBadRecords }: Work,
  { config }: RunStore,
): Promise<Memory> {
  if (config.type !== 'shared') throw new Error('the cache is stable storage');
  const kept = new MapCache(cache);
  const mapFunction = await fingerprintMapFunction(jobFile, params);
  const fingerprints = splits.map((split) =>
    fingerprintMapTask(mapFunction, fingerprintInput(split), [
      reduceTasks,
      inputFormat,
      skipBadRecords,
    ]),
  );
  const completed = fingerprints.flatMap((fingerprint, index) => {
    const found = kept.find(fingerprint, index);
    if (!found) return [];
    const { attempt, folder, output } = found;
    const task = { kind: 'map', index } as const;
    return [{ task, attempt, output, address: `folder:${folder}` }];
  });
  return {
    completed,
    keepMapOutput: (map, attempt, output) => {
      const entry = { map, attempt, output };
      const { folder } = kept.add(fingerprints[map] as string, config.folder, entry);
      return `folder:${folder}`;
    },
  };
}

/** What a journal says of the job, so that the next master can go on with it. */
interface JournalPlan {
  readonly options: MapReduceOptions;
  readonly splits: readonly Split[];
  readonly job: string;
  readonly outputDir: string;
}

/** Makes the folder of a journal. Throws a UsageError where there is something in it. */
function makeJournalFolder(folder: string): void {
  let names: string[];
  try {
    mkdirSync(folder, { recursive: true });
    names = readdirSync(folder);
  } catch (error) {
    throw new UsageError(`--journal ${folder}: ${(error as Error).message}`);
  }
  if (names.length === 0) return;
  throw new UsageError(
    `--journal ${folder} is not empty: go on with --resume ${folder}, or name a new folder`,
  );
}

/** Begins the journal of a run that may be resumed. */
async function beginJournal(
  folder: string,
  { splits, ...options }: Work,
  outputDir: string,
): Promise<Memory> {
  const job = await fingerprintJob(options.jobFile, options.params);
  const plan: JournalPlan = { options, splits, job, outputDir };
  const journal = Journal.begin(folder, plan);
  return { canBeResumed: true, read: (entry) => journal.read(entry) };
}

function readPlan(folder: string): Remembered<JournalPlan> {
  try {
    return readJournal<JournalPlan>(folder);
  } catch (error) {
    const why = (error as Error).message;
    throw new UsageError(`--resume ${folder}: there is no journal of a run: ${why}`);
  }
}

/** Goes on: what was accepted, and is still there whole, need not be executed again. */
async function resumeJournal(
  folder: string,
  { jobFile, params, splits }: Work,
  { config }: RunStore,
  outputDir: string,
): Promise<Memory> {
  const { plan, accepted, nextAttempt } = readPlan(folder);
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(splits)), plan.splits)) {
    throw new UsageError(`--resume ${folder}: the input has changed: run the job anew`);
  }
  if ((await fingerprintJob(jobFile, params)) !== plan.job) {
    throw new UsageError(`--resume ${folder}: the job has changed: run it anew`);
  }
  const folderOf = ({ worker }: Accepted) =>
    config.type === 'shared' ? config.folder : new LocalDisk(folder, worker).folder;
  const completed = accepted.flatMap((one) => {
    const place = folderOf(one);
    if (!isStillThere(one, place, outputDir)) return [];
    const isMap = one.task.kind === 'map';
    return [isMap ? { ...one, address: `folder:${place}` } : one];
  });
  const journal = Journal.resume(folder);
  const read = (entry: StreamEntry) => journal.read(entry);
  return { completed, firstAttempt: nextAttempt, canBeResumed: true, read };
}

/** Map output as far as sizes tell; an output file that has its name was whole when it got it. */
function isStillThere(
  { task, attempt, output }: Accepted,
  folder: string,
  outputDir: string,
): boolean {
  if (output.kind === 'map')
    return hasWholeOutput(folder, attempt, task.index, output.regions);
  const file = join(outputDir, outputName(task.index));
  return statSync(file, { throwIfNoEntry: false })?.size === output.bytes;
}
