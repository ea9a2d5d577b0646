/**
 * Tells when a file has other text than before. Editors write twice, write to another file and
 * rename it, or remove and write anew: the folder is watched, and the text decides.
 */
import { createHash } from 'node:crypto';
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** Editors that write in two steps need less. */
const settleMs = 60;

export class WatchedFile {
  readonly #file: string;
  readonly #watcher: FSWatcher;
  readonly #onChange: () => void;
  #timer: NodeJS.Timeout | undefined;
  #digest: string | undefined;

  constructor(file: string, onChange: () => void) {
    this.#file = file;
    this.#onChange = onChange;
    this.#digest = this.#read();
    this.#watcher = watch(dirname(file), () => this.look());
  }

  /** Looks at the file, once it has settled. */
  look(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const digest = this.#read();
      // Removed for a moment: it comes back, or the student wants it so and sees it later.
      if (digest === undefined || digest === this.#digest) return;
      this.#digest = digest;
      this.#onChange();
    }, settleMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watcher.close();
  }

  #read(): string | undefined {
    try {
      return createHash('sha256').update(readFileSync(this.#file)).digest('hex');
    } catch {
      return undefined;
    }
  }
}
