/**
 * Output files kept beyond their run, named by the fingerprint of what made them: a second job
 * with the same first stage needs not run it. A file is believed only if it is, byte for byte,
 * what was written; what is damaged is made again, and replaces the entry.
 *
 * Source: slides, "Job 1, Job 2"; "Mapreduce: What could go wrong?", data lineage.
 */
import {
  constants,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReduceOutput } from './events.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { OutputRecipe } from './lineage.ts';
import { describeFile } from './remote-file.ts';

/** What an entry says of itself, beside its file. */
interface Entry {
  readonly attempt: number;
  readonly output: ReduceOutput;
  /** From what it was made, for whoever wonders. */
  readonly recipe: OutputRecipe;
}

const entryName = 'output.json';
const fileName = 'mr-out';

export class OutputCache {
  readonly #folder: string;

  /** `folder` exists. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Puts the output at `path`. Undefined: there is none, or it is not whole; then nothing. */
  async find(fingerprint: Fingerprint, path: string): Promise<Entry | undefined> {
    const folder = join(this.#folder, fingerprint);
    try {
      const entry: Entry = JSON.parse(readFileSync(join(folder, entryName), 'utf8'));
      const { bytes, crc32 } = entry.output;
      // A copy: whoever writes into it later does not write into the cache.
      await copyFile(join(folder, fileName), path, constants.COPYFILE_FICLONE);
      const found = await describeFile(path);
      if (found.bytes === bytes && found.crc32 === crc32) return entry;
    } catch {
      // There is no entry, or not all of it.
    }
    rmSync(path, { force: true });
    return undefined;
  }

  /** Takes a copy of the output at `path`, in the place of any that was there before. */
  add(fingerprint: Fingerprint, path: string, entry: Entry): void {
    const folder = join(this.#folder, fingerprint);
    const unfinished = join(this.#folder, `.${fingerprint}-${process.pid}`);
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    copyFileSync(path, join(unfinished, fileName), constants.COPYFILE_FICLONE);
    writeFileSync(join(unfinished, entryName), JSON.stringify(entry));
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  }
}
