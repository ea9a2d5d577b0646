/**
 * The options of remembering: what a run keeps for later ones, what it takes from earlier
 * ones, and what it tells of itself when it is over.
 */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';

export interface MemoryOptions {
  readonly explain: boolean;
  /** Absolute paths; undefined: not asked for. */
  readonly cache: string | undefined;
  readonly journal: string | undefined;
  /** The journal's folder was there before: it stays. */
  readonly isUsersFolder: boolean;
  readonly resume: string | undefined;
  readonly trace: string | undefined;
}

export function addMemoryOptions(command: Command): Command {
  return command
    .option(
      '--cache <folder>',
      'keep what tasks make there, and reuse what earlier jobs have left in it',
    )
    .option(
      '--journal <folder>',
      'write down what is done there, so that the run can be resumed',
    )
    .option('--resume <folder>', 'go on with the run of that journal')
    .option(
      '--explain',
      'say at the end from what each task was made, and why it ran',
      false,
    )
    .option('--trace <file>', 'write the run as a trace that ui.perfetto.dev opens');
}

/** `resolve` makes a path absolute, where there is one. */
export function readMemoryOptions(
  command: Command,
  resolve: (path: string | undefined) => string | undefined,
): MemoryOptions {
  const { explain, cache, journal, resume, trace } = command.opts();
  const folder = resolve(journal);
  return {
    explain,
    cache: resolve(cache),
    journal: folder,
    isUsersFolder: folder !== undefined && existsSync(folder),
    resume: resolve(resume),
    trace: resolve(trace),
  };
}
