/**
 * What a map task has emitted: values by key, combined as they come, and at the end one sorted
 * run for each partition. What outgrows the task's memory goes to a file as sorted runs, and
 * is merged at the end. So a map task needs a piece of its split (keys are parts of the decoded
 * text), and `memoryBytes` for pairs, whatever the size of its split and of its output.
 *
 * Source: OSDI '04, section 3.1, step 4, and section 4.3.
 */
import { giveBack } from './garbage.ts';
import type { Job } from './job.ts';
import { PairWriter } from './pair-writer.ts';
import { sortKeys } from './partition.ts';
import { mergeWithin } from './reduce-input.ts';
import { RunFile } from './run-file.ts';
import type { FileRun } from './runs.ts';
import { callCombine, choosePartition } from './task.ts';

/**
 * A key's values are combined when their number reaches this and each doubling of it: memory
 * stays bounded where the combiner shrinks, time stays linear where it does not.
 */
const combineAt = 64;
/** What a value and a key cost beside their characters, about. */
const valueBytes = 16;
const keyBytes = 128;
/** A run is written in parts of about so many bytes. */
const partBytes = 256 * 1024;

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
  /** A key's values, in the order of emission; a single one without an array around it. */
  readonly #groups = new Map<string, string | string[]>();
  #heldBytes = 0;
  #checkedValue = '';
  #file: RunFile | undefined;
  readonly #writer = new PairWriter();
  /** One run for each partition, as often as memory was full. */
  readonly #spilled: FileRun[][] = [];

  constructor(job: Pick<Job, 'combine' | 'partition'>, options: PairBufferOptions) {
    this.#job = job;
    this.#options = options;
  }

  /** Lone surrogates become U+FFFD, as they would on their way through a file. */
  add(key: string, value: string): void {
    if (value !== this.#checkedValue) this.#checkedValue = value.toWellFormed();
    const values = this.#groups.get(key);
    if (typeof values === 'object') this.#addToMany(key, values, this.#checkedValue);
    else this.#addToFew(key, values, this.#checkedValue);
    this.#heldBytes += valueBytes + value.length;
    if (this.#heldBytes > this.#options.memoryBytes) this.#makeRoom();
  }

  #addToMany(key: string, values: string[], value: string): void {
    values.push(value);
    const count = values.length;
    if (count >= combineAt && (count & (count - 1)) === 0) this.#combine(key, values);
  }

  /** Only a new key is looked at: those that are known are well-formed. */
  #addToFew(key: string, known: string | undefined, value: string): void {
    if (known !== undefined) {
      this.#groups.set(key, [known, value]);
      return;
    }
    const safeKey = key.toWellFormed();
    const values = safeKey === key ? undefined : this.#groups.get(safeKey);
    if (typeof values === 'object') this.#addToMany(safeKey, values, value);
    else this.#groups.set(safeKey, values === undefined ? value : [values, value]);
    this.#heldBytes += keyBytes + key.length;
  }

  /**
   * One sorted run for each partition, in parts; each is to be read to its end before the next
   * one, and a part is valid until the next.
   */
  finish(): Iterable<Buffer>[] {
    if (this.#spilled.length === 0) return this.#formatRuns();
    this.#spill();
    return this.#spilled[0]!.map((_, partition) => this.#mergeRuns(partition));
  }

  /** Gives back what it holds, after `finish` or instead of it. */
  close(): void {
    this.#letGo();
    this.#file?.close();
  }

  /** In place: the array that the job returns is its own. */
  #combine(key: string, values: string[]): void {
    if (!this.#job.combine) return;
    const before = countBytes(values);
    const combined = this.#combined(key, values);
    if (combined !== values) {
      values.length = 0;
      for (const value of combined) values.push(value);
    }
    this.#heldBytes += countBytes(values) - before;
  }

  #combined(key: string, values: string[]): string[] {
    return callCombine(this.#job, key, values);
  }

  #makeRoom(): void {
    if (this.#job.combine) {
      for (const [key, values] of this.#groups) {
        if (typeof values === 'object') this.#combine(key, values);
      }
      if (this.#heldBytes < this.#options.memoryBytes / 2) return;
    }
    this.#spill();
  }

  /** All that is held goes to the file, and nothing is held any more. */
  #spill(): void {
    this.#file ??= new RunFile(this.#options.folder);
    const file = this.#file;
    this.#spilled.push(this.#formatRuns().map((run) => file.append(run)));
    this.#letGo();
  }

  #letGo(): void {
    this.#groups.clear();
    giveBack(this.#heldBytes);
    this.#heldBytes = 0;
  }

  /** All that is held. */
  #formatRuns(): Iterable<Buffer>[] {
    const { reduceTasks } = this.#options;
    const keys: string[][] = Array.from({ length: reduceTasks }, () => []);
    for (const key of this.#groups.keys()) {
      keys[choosePartition(this.#job, key, reduceTasks)]?.push(key);
    }
    return keys.map((partition) => this.#formatRun(partition));
  }

  *#formatRun(keys: string[]): Generator<Buffer> {
    const writer = this.#writer;
    for (const key of sortKeys(keys)) {
      const values = this.#groups.get(key) as string | string[];
      if (typeof values === 'string') writer.write(key, values);
      else for (const value of this.#combined(key, values)) writer.write(key, value);
      if (writer.length >= partBytes) yield writer.take();
    }
    if (writer.length > 0) yield writer.take();
  }

  *#mergeRuns(partition: number): Generator<Buffer> {
    const writer = this.#writer;
    const runs = this.#spilled.map((spilled) => spilled[partition] as FileRun);
    for (const { key, values } of mergeWithin(this.#options.memoryBytes, runs)) {
      for (const value of this.#combined(key, values)) writer.write(key, value);
      if (writer.length >= partBytes) yield writer.take();
    }
    if (writer.length > 0) yield writer.take();
  }
}

function countBytes(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + valueBytes + value.length, 0);
}
