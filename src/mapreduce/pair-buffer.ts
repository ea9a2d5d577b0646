/**
 * What a map task has emitted: values by key, combined as they come, and at the end one sorted
 * run for each partition. What outgrows the task's memory goes to a file as sorted runs, and
 * is merged at the end.
 *
 * Source: OSDI '04, section 3.1, step 4, and section 4.3.
 */
import type { Job } from './job.ts';
import { mergeRuns } from './merge.ts';
import { PairWriter } from './pair-writer.ts';
import { sortKeys } from './partition.ts';
import { RunFile } from './run-file.ts';
import type { FileRun } from './runs.ts';
import { callCombine, choosePartition } from './task.ts';

/**
 * A key's values are combined when their number reaches this and each doubling of it: memory
 * stays bounded where the combiner shrinks, time stays linear where it does not.
 */
const combineAt = 256;
/** What a value and a key cost beside their characters, about. */
const valueBytes = 16;
const keyBytes = 128;
/** Of each run in a file, so much is in memory while runs are merged. */
const chunkBytes = 64 * 1024;

export interface PairBufferOptions {
  readonly reduceTasks: number;
  /** More than about so many bytes of pairs go to a file. */
  readonly memoryBytes: number;
  /** Where that file is made. */
  readonly folder: string;
}

export class PairBuffer {
  readonly #job: Pick<Job, 'combine' | 'partition'>;
  readonly #options: PairBufferOptions;
  readonly #groups = new Map<string, string[]>();
  #heldBytes = 0;
  #checkedValue = '';
  #file: RunFile | undefined;
  /** One run for each partition, as often as memory was full. */
  readonly #spilled: FileRun[][] = [];

  constructor(job: Pick<Job, 'combine' | 'partition'>, options: PairBufferOptions) {
    this.#job = job;
    this.#options = options;
  }

  /** Lone surrogates become U+FFFD, as they would on their way through a file. */
  add(key: string, value: string): void {
    if (value !== this.#checkedValue) this.#checkedValue = value.toWellFormed();
    const values = this.#groups.get(key) ?? this.#openGroup(key);
    values.push(this.#checkedValue);
    this.#heldBytes += valueBytes + value.length;
    const count = values.length;
    if (count >= combineAt && (count & (count - 1)) === 0) this.#combine(key, values);
    if (this.#heldBytes > this.#options.memoryBytes) this.#makeRoom();
  }

  /** One sorted run for each partition. */
  finish(): Buffer[] {
    const last = this.#formatRuns();
    if (this.#spilled.length === 0) return last;
    return last.map((run, partition) => {
      const runs = this.#spilled.map((spilled) => spilled[partition] as FileRun);
      const writer = new PairWriter();
      for (const { key, values } of mergeRuns([...runs, run], chunkBytes)) {
        for (const value of callCombine(this.#job, key, values)) writer.write(key, value);
      }
      return writer.take();
    });
  }

  /** Gives back what it holds, after `finish` or instead of it. */
  close(): void {
    this.#groups.clear();
    this.#file?.close();
  }

  /** Only a new key is looked at: those that are known are well-formed. */
  #openGroup(key: string): string[] {
    const safeKey = key.toWellFormed();
    const known = safeKey === key ? undefined : this.#groups.get(safeKey);
    if (known) return known;
    const values: string[] = [];
    this.#groups.set(safeKey, values);
    this.#heldBytes += keyBytes + key.length;
    return values;
  }

  /** In place: the array that the job returns is its own. */
  #combine(key: string, values: string[]): void {
    if (!this.#job.combine) return;
    const before = countBytes(values);
    const combined = callCombine(this.#job, key.toWellFormed(), values);
    if (combined !== values) {
      values.length = 0;
      for (const value of combined) values.push(value);
    }
    this.#heldBytes += countBytes(values) - before;
  }

  #makeRoom(): void {
    if (this.#job.combine) {
      for (const [key, values] of this.#groups) this.#combine(key, values);
      if (this.#heldBytes < this.#options.memoryBytes / 2) return;
    }
    this.#file ??= new RunFile(this.#options.folder);
    this.#spilled.push(this.#formatRuns().map((run) => this.#file!.append(run)));
  }

  /** All that is held, and nothing is held any more. */
  #formatRuns(): Buffer[] {
    const { reduceTasks } = this.#options;
    const keys: string[][] = Array.from({ length: reduceTasks }, () => []);
    for (const key of this.#groups.keys()) {
      keys[choosePartition(this.#job, key, reduceTasks)]?.push(key);
    }
    const runs = keys.map((partition) => this.#formatRun(sortKeys(partition)));
    this.#groups.clear();
    this.#heldBytes = 0;
    return runs;
  }

  #formatRun(keys: readonly string[]): Buffer {
    const writer = new PairWriter();
    for (const key of keys) {
      const values = this.#groups.get(key) as string[];
      for (const value of callCombine(this.#job, key, values)) writer.write(key, value);
    }
    return writer.take();
  }
}

function countBytes(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + valueBytes + value.length, 0);
}
