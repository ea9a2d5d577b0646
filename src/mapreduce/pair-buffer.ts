/**
 * What a map task has emitted: values by key, combined as they come, and at the end one sorted
 * run for each partition. What outgrows the task's memory goes to a file as sorted runs, and
 * is merged at the end. So a map task needs its split's bytes about twice (keys are parts of
 * the decoded text), `memoryBytes` for pairs, and at the end its output as bytes.
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

/** So often a value that comes again is only counted; then it is kept that often. */
const maxRepeats = 4096;
/** A key's values are combined when they are so many, and whenever they have doubled since. */
const combineAt = 64;
/** What a value and a key cost beside their characters, about. */
const valueBytes = 16;
const keyBytes = 176;
/** Of each run in a file, so much is in memory while runs are merged. */
const chunkBytes = 64 * 1024;

/** A key's values, in the order of emission: those in `kept`, then `last`, `repeats` times. */
interface Values {
  kept: string[] | undefined;
  last: string;
  repeats: number;
  combineAt: number;
}

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
  readonly #groups = new Map<string, Values>();
  #heldBytes = 0;
  #file: RunFile | undefined;
  /** One run for each partition, as often as memory was full. */
  readonly #spilled: FileRun[][] = [];

  constructor(job: Pick<Job, 'combine' | 'partition'>, options: PairBufferOptions) {
    this.#job = job;
    this.#options = options;
  }

  /** Nearly all pairs of many jobs are as the last one of their key: `the` and `1`. */
  add(key: string, value: string): void {
    const values = this.#groups.get(key);
    if (values?.last === value && values.repeats < maxRepeats) values.repeats++;
    else this.#addOther(key.toWellFormed(), value.toWellFormed());
  }

  /** Lone surrogates have become U+FFFD, as they would on their way through a file. */
  #addOther(key: string, value: string): void {
    const values = this.#groups.get(key);
    if (values === undefined) {
      this.#groups.set(key, { kept: undefined, last: value, repeats: 1, combineAt });
      this.#heldBytes += keyBytes + key.length;
    } else {
      const { length } = this.#keep(values);
      if (length >= values.combineAt) this.#combine(key, values);
      this.#heldBytes -= bytesOf(values.last);
      values.last = value;
      values.repeats = 1;
    }
    this.#heldBytes += bytesOf(value);
    if (this.#heldBytes > this.#options.memoryBytes) this.#makeRoom();
  }

  /** Returns all values, one by one. */
  #keep(values: Values): string[] {
    const { last, repeats } = values;
    values.kept ??= [];
    for (let i = 0; i < repeats; i++) values.kept.push(last);
    values.repeats = 0;
    this.#heldBytes += repeats * bytesOf(last);
    return values.kept;
  }

  /** One sorted run for each partition. */
  finish(): Buffer[] {
    const last = this.#formatRuns();
    if (this.#spilled.length === 0) return last;
    return last.map((run, partition) => {
      const runs = this.#spilled.map((spilled) => spilled[partition] as FileRun);
      const writer = new PairWriter();
      for (const { key, values } of mergeRuns([...runs, run], chunkBytes)) {
        for (const value of this.#combined(key, values)) writer.write(key, value);
      }
      return writer.take();
    });
  }

  /** Gives back what it holds, after `finish` or instead of it. */
  close(): void {
    this.#groups.clear();
    this.#file?.close();
  }

  #combine(key: string, values: Values): void {
    if (!this.#job.combine) return;
    const kept = this.#keep(values);
    this.#heldBytes -= sumBytes(kept);
    // A copy: the array that the job returns is its own.
    values.kept = [...this.#combined(key, kept)];
    values.combineAt = Math.max(combineAt, 2 * values.kept.length);
    this.#heldBytes += sumBytes(values.kept);
  }

  #combined(key: string, values: string[]): string[] {
    return callCombine(this.#job, key, values);
  }

  #makeRoom(): void {
    if (this.#job.combine) {
      for (const [key, values] of this.#groups) {
        if (!isSingle(values)) this.#combine(key, values);
      }
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
      const values = this.#groups.get(key) as Values;
      if (isSingle(values)) writer.write(key, values.last);
      else
        for (const value of this.#combined(key, this.#keep(values)))
          writer.write(key, value);
    }
    return writer.take();
  }
}

function isSingle({ kept, repeats }: Values): boolean {
  return kept === undefined && repeats === 1;
}

function bytesOf(value: string): number {
  return valueBytes + value.length;
}

function sumBytes(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + bytesOf(value), 0);
}
