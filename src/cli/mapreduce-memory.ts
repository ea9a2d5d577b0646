/**
 * What a run remembers of what was done before it: map outputs of an earlier job (`--cache`),
 * or all that an earlier master of this very job had accepted (`--resume`).
 */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { StreamEntry } from '../mapreduce/events.ts';
import { fingerprintJob } from '../mapreduce/fingerprint.ts';
import { type Accepted, Journal } from '../mapreduce/journal.ts';
import { outputName } from '../mapreduce/sequential.ts';
import { findLostFiles } from '../mapreduce/stage-input.ts';
import { hasWholeOutput } from '../mapreduce/stores/attempt-files.ts';
import { LocalDisk } from '../mapreduce/stores/local-disk.ts';
import type { RunStore } from '../mapreduce/stores/run-store.ts';
import { UsageError } from './command.ts';
import { type Memory, openCache } from './mapreduce-cache.ts';
import type { MapReduceOptions } from './mapreduce-options.ts';
import type { Plan } from './mapreduce-plan.ts';
import { type JournalPlan, readPlan } from './run-folder.ts';
import type { StageLineage } from './stage-lineage.ts';

/** What one run remembers, through all of its stages. */
export class RunMemory {
  readonly #store: RunStore;
  readonly #folder: string | undefined;
  readonly #journal: Journal | undefined;

  private constructor(store: RunStore, folder?: string, journal?: Journal) {
    this.#store = store;
    this.#folder = folder;
    this.#journal = journal;
  }

  /** What the options ask for; nothing, if they ask for nothing. Throws a UsageError. */
  static async open(work: Plan, store: RunStore, outputDir: string): Promise<RunMemory> {
    const { journal, resume } = work;
    if (resume !== undefined) {
      await checkUnchanged(resume, work);
      return new RunMemory(store, resume, Journal.resume(resume));
    }
    if (journal === undefined) return new RunMemory(store);
    return new RunMemory(store, journal, await beginJournal(journal, work, outputDir));
  }

  get canBeResumed(): boolean {
    return this.#journal !== undefined;
  }

  /** What is there of a stage already, and what is to be kept of it. */
  async ofStage(
    work: Plan,
    outputDir: string,
    lineage: StageLineage | undefined,
  ): Promise<Memory> {
    const { cache } = work;
    const journal = this.#journal;
    if (!journal) {
      if (cache === undefined || !lineage) return {};
      return openCache(cache, work, lineage, this.#store, outputDir);
    }
    const read = (entry: StreamEntry) => journal.read(entry);
    const kept = { canBeResumed: true, read };
    if (this.#folder === undefined) return kept;
    // Read anew for each stage: if its input was made again and is another, it says so.
    const { accepted, nextAttempt } = readPlan(this.#folder);
    const ours = accepted.filter(({ stage }) => stage === work.stage);
    const completed = await listStillThere(ours, this.#store, this.#folder, outputDir);
    return { ...kept, completed, firstAttempt: nextAttempt };
  }
}

/** Begins the journal of a run that may be resumed. */
async function beginJournal(
  folder: string,
  { splits, ...options }: Plan,
  outputDir: string,
): Promise<Journal> {
  const plan: JournalPlan = {
    options,
    splits,
    jobs: await fingerprintJobs(options),
    outputDir,
  };
  return Journal.begin(folder, plan);
}

function fingerprintJobs(options: MapReduceOptions): Promise<string[]> {
  const { jobFile, laterJobs, params } = options;
  const files = [jobFile, ...laterJobs.map((stage) => stage.jobFile)];
  return Promise.all(files.map((file) => fingerprintJob(file, params)));
}

/** A run goes on only with what it began with. Throws a UsageError. */
async function checkUnchanged(folder: string, work: Plan): Promise<void> {
  const { plan } = readPlan(folder);
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(work.splits)), plan.splits)) {
    throw new UsageError(`--resume ${folder}: the input has changed: run the job anew`);
  }
  if (!isDeepStrictEqual(await fingerprintJobs(work), plan.jobs)) {
    throw new UsageError(`--resume ${folder}: the job has changed: run it anew`);
  }
}

/** What was accepted, and is still there whole, need not be executed again. */
async function listStillThere(
  accepted: readonly Accepted[],
  { config }: RunStore,
  folder: string,
  outputDir: string,
) {
  const folderOf = ({ worker }: Accepted) =>
    config.type === 'shared' ? config.folder : new LocalDisk(folder, worker).folder;
  const completed = [];
  for (const one of accepted) {
    const place = folderOf(one);
    if (!(await isStillThere(one, place, outputDir))) continue;
    const isMap = one.task.kind === 'map';
    completed.push(isMap ? { ...one, address: `folder:${place}` } : one);
  }
  return completed;
}

/** Map output as far as sizes tell; an output file as far as its checksum does. */
async function isStillThere(
  { task, attempt, output }: Accepted,
  folder: string,
  outputDir: string,
): Promise<boolean> {
  if (output.kind === 'map')
    return hasWholeOutput(folder, attempt, task.index, output.regions);
  const file = join(outputDir, outputName(task.index));
  const { bytes, crc32 } = output;
  return (await findLostFiles([{ file, bytes, crc32 }])).length === 0;
}
