/**
 * How the process of a worker begins, whichever transport it speaks: it waits on its standard
 * input to be told which worker it is. Nobody else can read that, not the token either: a
 * command line everybody on the machine can read.
 */
import { readFileSync } from 'node:fs';
import type { MasterLink } from './master-connection.ts';
import type { WorkerConfig } from './wire.ts';
import { runWorker } from './worker.ts';

const standardInput = 0;

/** Runs until the master is gone; ends at once where it was gone before it said anything. */
export async function startWorker(
  dialLink?: (config: WorkerConfig) => Promise<MasterLink>,
): Promise<void> {
  // Ctrl-C reaches every process of the terminal; the master decides what it means.
  process.on('SIGINT', () => {});
  const told = readFileSync(standardInput, 'utf8');
  if (told !== '') await runWorker(JSON.parse(told), dialLink);
}
