/**
 * A worker's own disk. When the worker is lost nobody serves these files any more, whether
 * they still exist or not.
 *
 * Source: OSDI '04, section 3.1, step 4, "buffered pairs are written to local disk".
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AttemptFiles } from './attempt-files.ts';

export class LocalDisk extends AttemptFiles {
  constructor(runDir: string, worker: number) {
    super(join(runDir, `worker-${worker}`));
  }

  /** Makes the folder; once, before anything is written. */
  prepare(): void {
    mkdirSync(this.folder, { recursive: true });
  }
}
