/**
 * The folder that a run writes to: empty and nobody else's when the run begins, and at its end
 * either complete or as if the run had never been.
 */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import {
  identifySelf,
  isAlive,
  isElsewhere,
  type PlacedProcess,
} from './process-identity.ts';
import { reasonOf } from './system-reason.ts';

/** The folder cannot be used; the message names it and says what to do. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** Made exclusively, so of two runs that want the same folder one is refused. */
const lockName = '.mr-lock';

export class OutputFolder {
  readonly path: string;
  readonly #isOurs: boolean;

  /**
   * Takes `path`, which must be empty or new; without one, a new temporary folder. A run that
   * is resumed takes the folder over, with the output that is in it.
   */
  constructor(path: string | undefined, isResumed = false) {
    this.path = path ?? mkdtempSync(join(tmpdir(), 'mapreduce-output-'));
    if (isResumed) takeOver(this.path);
    this.#isOurs = isResumed || path === undefined || !isEmptyFolder(path);
    try {
      makeFolder(this.path);
      const owner = JSON.stringify(identifySelf());
      writeFileSync(join(this.path, lockName), owner, { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST')
        throw new OutputError(`another run writes to --output ${path}`);
      throw new OutputError(`--output ${path} cannot be written to: ${reasonOf(error)}`);
    }
  }

  /** Leaves it as it is, to whoever resumes the run. */
  leave(): void {
    rmSync(join(this.path, lockName), { force: true });
  }

  /** Removes all but the output: the run is complete. */
  finish(): void {
    this.#remove((name) => name.startsWith(lockName) || name.startsWith('.mr-out-'));
  }

  /**
   * Removes all that the run wrote: an incomplete result is no result. Files of others stay.
   * Never throws: it is called when something else has gone wrong already.
   */
  discard(): void {
    try {
      this.#remove((name) => name.startsWith(lockName) || /^\.?mr-out-/.test(name));
      if (this.#isOurs) rmdirSync(this.path);
    } catch {
      // The folder is gone, or somebody has put something into it.
    }
  }

  #remove(isMeant: (name: string) => boolean): void {
    for (const name of readdirSync(this.path).filter(isMeant)) {
      rmSync(join(this.path, name), { force: true });
    }
  }
}

/** The lock of a master that has ended is nobody's. */
function takeOver(path: string): void {
  const lock = join(path, lockName);
  refuseLiving(path, lock);
  const taken = join(path, `${lockName}-${process.pid}`);
  try {
    renameSync(lock, taken);
  } catch {
    // There is none; or another one who resumes was faster, and its own is in our way.
    return;
  }
  try {
    // Or that one had made it before we moved it.
    refuseLiving(path, taken);
  } catch (error) {
    renameSync(taken, lock);
    throw error;
  }
  rmSync(taken);
}

/** Throws an OutputError unless the lock's owner has ended. */
function refuseLiving(path: string, lock: string): void {
  const owner = readOwner(lock);
  if (owner && isElsewhere(owner)) {
    throw new OutputError(
      `process ${owner.pid} of ${owner.host} may still write to ${path}: if it has ended, remove ${lock}`,
    );
  }
  if (owner && isAlive(owner)) {
    throw new OutputError(`process ${owner.pid} still writes to ${path}: end it first`);
  }
}

/** Undefined: nobody, or somebody who was killed before the lock was written. */
function readOwner(lock: string): PlacedProcess | undefined {
  try {
    const owner = JSON.parse(readFileSync(lock, 'utf8'));
    return owner.began === undefined ? undefined : owner;
  } catch {
    return undefined;
  }
}

/** True: there is an empty folder. False: there is nothing. Anything else is refused. */
function isEmptyFolder(path: string): boolean {
  const stats = findStats(path);
  if (!stats) return false;
  if (!stats.isDirectory()) throw new OutputError(`--output ${path} is not a folder`);
  if (readdirSync(path).length === 0) return true;
  throw new OutputError(
    `--output ${path} is not empty: remove it or name another folder, so that no old output mixes with the new`,
  );
}

function findStats(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new OutputError(`--output ${path} cannot be used: ${reasonOf(error)}`);
  }
}
