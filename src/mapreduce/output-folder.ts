/**
 * The folder that a run writes to: empty when the run begins, and at its end either complete
 * or as if the run had never been.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder cannot be used; the message names it and says what to do. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

export class OutputFolder {
  readonly path: string;
  readonly #isOurs: boolean;

  /** Takes `path`, which must be empty or new; without one, a new temporary folder. */
  constructor(path: string | undefined) {
    if (path === undefined) {
      this.path = mkdtempSync(join(tmpdir(), 'mapreduce-output-'));
      this.#isOurs = true;
      return;
    }
    this.path = path;
    this.#isOurs = !existsEmpty(path);
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw new OutputError(
        `--output ${path} cannot be made: ${(error as Error).message}`,
      );
    }
  }

  /** Removes what attempts without a winner have left. */
  tidy(): void {
    this.#remove((name) => name.startsWith('.mr-out-'));
  }

  /** Removes all that the run wrote: an incomplete result is no result. */
  discard(): void {
    this.#remove((name) => /^\.?mr-out-/.test(name));
    if (this.#isOurs) rmdirSync(this.path);
  }

  #remove(isMeant: (name: string) => boolean): void {
    for (const name of readdirSync(this.path).filter(isMeant)) {
      rmSync(join(this.path, name), { force: true });
    }
  }
}

/** True: there is an empty folder. False: there is nothing. Anything else is refused. */
function existsEmpty(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return false;
  if (!stats.isDirectory()) throw new OutputError(`--output ${path} is not a folder`);
  if (readdirSync(path).length === 0) return true;
  throw new OutputError(
    `--output ${path} is not empty: remove it or name another folder, so that no old output mixes with the new`,
  );
}
