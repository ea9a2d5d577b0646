/**
 * The input of a reduce task: its partition of every map task. What fits into memory stays
 * there; where it does not, it all lies in one file, and a chunk of each run is in memory.
 */
import { type Group, mergeRuns } from './merge.ts';
import { RunFile } from './run-file.ts';
import type { Run } from './runs.ts';
import { type ArrivingRun, receiveInMemory } from './shuffle.ts';

const minChunkBytes = 4 * 1024;
const maxChunkBytes = 256 * 1024;

export class ReduceInput {
  readonly #memoryBytes: number;
  readonly #file: RunFile | undefined;

  /** Makes the file in `folder` where the sources together need one. */
  constructor(
    sources: readonly { bytes: number }[],
    { memoryBytes, folder }: { memoryBytes: number; folder: string },
  ) {
    this.#memoryBytes = memoryBytes;
    const total = sources.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#file = total > memoryBytes ? new RunFile(folder) : undefined;
  }

  /** Room for a run, where it will be read from. */
  readonly receive = (bytes: number): ArrivingRun => {
    const file = this.#file;
    if (!file) return receiveInMemory(bytes);
    const run = file.reserve(bytes);
    return { run, write: (part, offset) => file.write(run, part, offset) };
  };

  /** All keys with their values; runs in the order of the map tasks. */
  merge(runs: readonly Run[]): Iterable<Group> {
    return mergeWithin(this.#memoryBytes, runs);
  }

  close(): void {
    this.#file?.close();
  }
}

/** Merges runs of which no more than about `memoryBytes` are in memory at a time. */
export function mergeWithin(memoryBytes: number, runs: readonly Run[]): Iterable<Group> {
  const share = Math.floor(memoryBytes / Math.max(1, runs.length));
  return mergeRuns(runs, Math.min(Math.max(share, minChunkBytes), maxChunkBytes));
}
