/**
 * A file that a command writes as a whole or not at all: a reader never sees half of it.
 */
import {
  accessSync,
  constants,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../mapreduce/system-reason.ts';
import { UsageError } from './command.ts';

export class OutputFile {
  readonly #path: string;
  readonly #option: string;
  /** Not so a pipe or a device: there is nothing to be replaced. */
  readonly #isReplaceable: boolean;

  /** Throws a UsageError, which begins with `option`, where nothing can be written. */
  constructor(path: string, option: string) {
    const stats = lookUp(() => statSync(path, { throwIfNoEntry: false }), option);
    if (stats?.isDirectory()) throw new UsageError(`${option}: that is a folder`);
    this.#isReplaceable = stats === undefined || stats.isFile();
    this.#path = stats ? realpathSync(path) : path;
    this.#option = option;
    const written = this.#isReplaceable ? dirname(this.#path) : this.#path;
    lookUp(() => accessSync(written, constants.W_OK), option);
  }

  /** Returns false, and says why, where the disk refuses it after all. */
  tryToWrite(content: string): boolean {
    try {
      this.write(content);
      return true;
    } catch (error) {
      const why = reasonOf(error);
      console.error(`error: ${this.#option} cannot be written: ${why}`);
      return false;
    }
  }

  write(content: string | Uint8Array): void {
    if (!this.#isReplaceable) {
      writeFileSync(this.#path, content);
      return;
    }
    const temporary = `${this.#path}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, content, { flag: 'wx' });
      renameSync(temporary, this.#path);
    } finally {
      rmSync(temporary, { force: true });
    }
  }
}

function lookUp<Value>(look: () => Value, option: string): Value {
  try {
    return look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such folder', ENOTDIR: 'there is no such folder' };
    throw new UsageError(
      `${option}: ${why[code as keyof typeof why] ?? reasonOf(error)}`,
    );
  }
}
