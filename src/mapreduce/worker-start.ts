/**
 * How the process of a worker begins, whichever transport it speaks: it waits on a pipe to be
 * told which worker it is. Nobody else can read that, not the token either: a command line
 * everybody on the machine can read.
 */
import { closeSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isJournal } from './journal.ts';
import { ownerName } from './make-folder.ts';
import { forgetMallocTuning } from './malloc-tuning.ts';
import type { MasterLink } from './master-connection.ts';
import type { WorkerConfig } from './wire.ts';
import { removeFolder, runWorker } from './worker.ts';

/** The number of the pipe, behind standard input, output and error. */
const instructions = 3;

/** Runs until the master is gone; ends at once where it was gone before it said anything. */
export async function startWorker(
  dialLink?: (config: WorkerConfig) => Promise<MasterLink>,
): Promise<void> {
  forgetMallocTuning();
  const told = readFileSync(instructions, 'utf8');
  // It is not for the processes that a job may start.
  closeSync(instructions);
  if (told === '') return tidyUp(dirname(process.argv[1] as string));
  await runWorker(JSON.parse(told), dialLink);
}

/** A master that was killed so early has left the run's folder, where our module is. */
function tidyUp(runDir: string): void {
  if (isJournal(runDir)) return;
  for (const path of listOurs(runDir)) removeFolder(path);
}

/** All of it, but of a user's folder, for a journal that has not begun, only what is in it. */
function listOurs(runDir: string): string[] {
  if (existsSync(join(runDir, ownerName))) return [runDir];
  try {
    return readdirSync(runDir).map((name) => join(runDir, name));
  } catch {
    // Another worker has just removed it.
    return [];
  }
}
