/**
 * A temporary tree in which one submitted file stands where the stub would: beside it are our
 * `src` and our packages, and nothing else of the submission. Gone when the process ends.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { atExit } from './at-exit.ts';

const root = resolve(import.meta.dirname, '../..');

/** One submitted file in its place. */
export interface Mirrored {
  readonly folder: string;
  readonly file: string;
}

export class Mirror {
  /** With its real name, as the loader will tell it. */
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), 'grade-')));
  #count = 0;
  readonly #cancelRemoval = atExit(() => this.#remove());

  /** Each call makes a tree of its own: students never meet. */
  async place(name: string, text: string): Promise<Mirrored> {
    const folder = join(this.#folder, String(++this.#count));
    const exercise = join(folder, 'exercises', name);
    await mkdir(exercise, { recursive: true });
    // The loader resolves links, so these are the very modules that the grader uses.
    for (const shared of ['src', 'node_modules']) {
      await symlink(join(root, shared), join(folder, shared), 'junction');
    }
    await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
    const file = join(exercise, `${name}.ts`);
    await writeFile(file, text);
    return { folder, file };
  }

  async remove({ folder }: Mirrored): Promise<void> {
    await rm(folder, { recursive: true, force: true });
  }

  /** Removes everything. Idempotent. */
  close(): void {
    this.#cancelRemoval();
    this.#remove();
  }

  #remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
