/**
 * The folder of a run, and the run that has left one: `--journal` and `--resume`.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { isJournal, type Remembered, readJournal } from '../mapreduce/journal.ts';
import { makeFolder } from '../mapreduce/make-folder.ts';
import type { Split } from '../mapreduce/splits.ts';
import { reasonOf } from '../mapreduce/system-reason.ts';
import { UsageError } from './command.ts';
import type { MapReduceOptions } from './mapreduce-options.ts';
import { createScratchFolder } from './scratch-folder.ts';

/** What a journal says of the job, so that the next master can go on with it. */
export interface JournalPlan {
  readonly options: MapReduceOptions;
  readonly splits: readonly Split[];
  /** Of each stage. */
  readonly jobs: readonly string[];
  readonly outputDir: string;
}

/** The folder for all that the run needs: a journal's, or one that nobody will miss. */
export class RunFolder {
  readonly path: string;
  /** False: it is a user's, who had made it for the journal. */
  readonly #isOurs: boolean;
  #isRemoved = false;

  /** Throws a UsageError. */
  constructor(options: MapReduceOptions) {
    const { journal, resume, isUsersFolder } = options;
    refuseResultsIn(journal ?? resume, options);
    this.#isOurs = !isUsersFolder;
    this.path = resume ?? journal ?? createScratchFolder('run');
    if (journal !== undefined) makeJournalFolder(journal);
  }

  /** What a journal is of stays until all of it is done. Idempotent: it may be another's then. */
  remove(isComplete: boolean): void {
    if (this.#isRemoved || (!isComplete && isJournal(this.path))) return;
    this.#isRemoved = true;
    const names = this.#isOurs ? [''] : readdirSync(this.path);
    for (const name of names)
      rmSync(join(this.path, name), { recursive: true, force: true });
  }
}

/** The options of the run that is resumed; its faults have been. Throws a UsageError. */
export function resumeOptions(options: MapReduceOptions): MapReduceOptions {
  const { resume, trace, explain, top, verify, json, verbose, token } = options;
  const { page, replay, diagram, diagramFile } = options;
  if (resume === undefined) return options;
  const { options: earlier, outputDir } = readPlan(resume).plan;
  const noFaults = { killWorkers: [], slowWorkers: [], crashPercent: 0 };
  const asked = { trace, explain, top, json, verbose, token, page, replay };
  const calls = { diagram, diagramFile };
  return {
    ...earlier,
    ...asked,
    ...calls,
    verify: verify || earlier.verify,
    ...noFaults,
    stragglerPercent: 0,
    output: outputDir,
    journal: undefined,
    resume,
  };
}

/** Of a run without a result, for the end of a sentence. */
export function whatIsLeft(isResumable: boolean): string {
  return isResumable ? 'what is done is kept' : 'no output is left';
}

/** What becomes of it at the end of its run. */
export function tellOfJournal(folder: string, isComplete: boolean): void {
  if (isComplete)
    console.error(`nothing is left to go on with: the journal in ${folder} is removed`);
  else console.error(`go on: npm run mapreduce -- --resume ${folder}`);
}

/** Throws a UsageError. */
export function readPlan(folder: string): Remembered<JournalPlan> {
  try {
    return readJournal<JournalPlan>(folder);
  } catch (error) {
    const why = reasonOf(error);
    throw new UsageError(`--resume ${folder}: there is no journal of a run: ${why}`);
  }
}

/** What is in a journal's folder goes with it. Throws a UsageError. */
function refuseResultsIn(folder: string | undefined, options: MapReduceOptions): void {
  const { output, replay, trace, diagramFile } = options;
  const results = { output, replay, trace, 'diagram-file': diagramFile };
  for (const [option, path] of Object.entries(results)) {
    if (folder === undefined || !`${path}${sep}`.startsWith(`${folder}${sep}`)) continue;
    throw new UsageError(
      `--${option} ${path} is in the folder of the journal, which is removed when the run is complete: name a place outside it`,
    );
  }
}

/** Makes the folder of a journal. Throws a UsageError where there is something in it. */
function makeJournalFolder(folder: string): void {
  let names: string[];
  try {
    makeFolder(folder);
    names = readdirSync(folder);
  } catch (error) {
    throw new UsageError(`--journal ${folder}: ${reasonOf(error)}`);
  }
  if (names.length === 0) return;
  throw new UsageError(
    `--journal ${folder} is not empty: go on with --resume ${folder}, or name a new folder`,
  );
}
