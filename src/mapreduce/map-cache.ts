/**
 * Map output kept beyond its run, named by the fingerprint of what made it. A second job with
 * the same map function, input and partitioner finds it here and does not compute it again.
 *
 * A damaged entry costs time, never the answer: readers check sizes and checksums, and what
 * they refuse is computed again and replaces the entry.
 *
 * Source: slides, "Job 1, Job 2", reusing map outputs.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MapOutput } from './events.ts';
import type { Fingerprint } from './fingerprint.ts';
import { hasWholeOutput, linkOutput } from './stores/attempt-files.ts';

/** Map output that was there before the run began. */
export interface StoredMapOutput {
  readonly map: number;
  /** The attempt that made it, in an earlier run. */
  readonly attempt: number;
  readonly output: MapOutput;
  /** The folder that holds the attempt's folder. */
  readonly folder: string;
}

/** What an entry says of itself, beside its files. */
interface Entry {
  readonly map: number;
  readonly attempt: number;
  readonly output: MapOutput;
}

const entryName = 'output.json';

export class MapCache {
  readonly folder: string;

  /** Makes the folder. Throws when that is not possible. */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /**
   * The output as that of map task `map`, whatever its number was in the job that made it.
   * Undefined: there is none, or it is not whole.
   */
  find(fingerprint: Fingerprint, map: number): StoredMapOutput | undefined {
    const folder = join(this.folder, fingerprint);
    try {
      const entry: Entry = JSON.parse(readFileSync(join(folder, entryName), 'utf8'));
      const { attempt, map: from, output } = entry;
      if (!hasWholeOutput(folder, attempt, from, output.regions)) return undefined;
      const partitions = output.regions.length;
      if (from !== map) linkOutput(folder, attempt, { from, to: map, partitions });
      return { map, attempt, output, folder };
    } catch {
      return undefined;
    }
  }

  /**
   * Takes the files of a completed attempt out of `from`, a folder on the same disk; returns
   * where they are now. An entry that is there already was damaged, or another run was faster:
   * it is replaced.
   */
  add(fingerprint: Fingerprint, from: string, entry: Entry): StoredMapOutput {
    const folder = join(this.folder, fingerprint);
    const unfinished = join(this.folder, `.${fingerprint}-${process.pid}`);
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    const name = `attempt-${entry.attempt}`;
    renameSync(join(from, name), join(unfinished, name));
    writeFileSync(join(unfinished, entryName), JSON.stringify(entry));
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
    return { ...entry, folder };
  }
}
