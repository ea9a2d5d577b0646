/**
 * Which store the options of a run ask for. A cache is stable storage of its own; a journal
 * needs map output that a killed master leaves behind.
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { makeFolder } from '../mapreduce/make-folder.ts';
import type { StoreChoice } from '../mapreduce/stores/run-store.ts';
import type { StoreName } from '../mapreduce/stores/store.ts';
import { reasonOf } from '../mapreduce/system-reason.ts';
import { UsageError } from './command.ts';
import { refuseOptions } from './refused-options.ts';

export interface StoreOptions {
  readonly store: StoreName;
  readonly sharedFolder?: string;
  readonly cache?: string;
  readonly journal?: string;
}

/** What may be asked anew of a run that is resumed; all else its journal says. */
const notInTheJournal = [
  ...['--resume', '--trace', '--explain', '--top', '--verify', '--json', '--verbose'],
  ...['--page', '--replay', '--diagram', '--diagram-file', '--token'],
];

/** Throws a UsageError for what a resumed run would not heed. */
export function checkResuming(inputs: readonly string[], command: Command): void {
  const { resume } = command.opts();
  if (resume === undefined) return;
  const explain = (what: string) =>
    `${what}: the journal of ${resume} says that already; leave it out`;
  const [input] = inputs;
  if (input !== undefined) throw new UsageError(explain(`input ${input}`));
  const known = command.options.map(({ long }) => long ?? '');
  refuseOptions(
    command,
    known.filter((name) => !notInTheJournal.includes(name)),
    explain,
  );
}

/** Throws a UsageError for what does not go together. */
export function readStoreChoice(options: StoreOptions, cwd: string): StoreChoice {
  const { store: name, sharedFolder, cache, journal } = options;
  if (sharedFolder !== undefined && name !== 'shared')
    throw new UsageError(`--shared-folder ${sharedFolder}: add --store shared`);
  if (cache !== undefined) return readCacheChoice(options, cwd);
  if (journal !== undefined && name === 'state-server')
    throw new UsageError(
      '--journal: the state server ends with its master, and forgets; choose another --store',
    );
  if (journal !== undefined && sharedFolder !== undefined)
    throw new UsageError('--journal: its folder is the shared one, omit --shared-folder');
  return { name, sharedFolder: sharedFolder && resolve(cwd, sharedFolder) };
}

function readCacheChoice(
  { store, sharedFolder, cache = '', journal }: StoreOptions,
  cwd: string,
): StoreChoice {
  if (store === 'state-server' || sharedFolder !== undefined)
    throw new UsageError(
      '--cache keeps map output on stable storage of its own: omit --store and --shared-folder',
    );
  if (journal !== undefined)
    throw new UsageError(
      '--cache and --journal: choose one; both remember what was done',
    );
  const folder = resolve(cwd, cache);
  try {
    makeFolder(folder);
  } catch (error) {
    throw new UsageError(`--cache ${cache} cannot be used: ${reasonOf(error)}`);
  }
  return { name: 'shared', sharedFolder: folder };
}
