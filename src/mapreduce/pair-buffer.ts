/**
 * What a map task has emitted: values by key, combined as they come, and at the end one sorted
 * run for each partition. What outgrows the task's memory goes to a file as sorted runs, and
 * is merged at the end. So a map task needs a piece of its split (values are parts of the decoded
 * text), and `memoryBytes` for pairs, whatever the size of its split and of its output.
 *
 * Source: OSDI '04, section 3.1, step 4, and section 4.3.
 */
import { sortRanges } from './byte-order.ts';
import { giveBack } from './garbage.ts';
import type { Job } from './job.ts';
import { KeyTable } from './key-table.ts';
import { PairWriter } from './pair-writer.ts';
import { hashBytes } from './partition.ts';
import { mergeWithin } from './reduce-input.ts';
import { RunFile } from './run-file.ts';
import type { FileRun } from './runs.ts';
import { callCombine, choosePartition } from './task.ts';

/** So often a value that comes again is only counted; then it is kept that often. */
const maxRepeats = 4096;
/** A key's values are combined when they are so many, and whenever they have doubled since. */
const combineAt = 64;
/** What a value and a key cost beside their characters, about. */
const valueBytes = 16;
const keyBytes = 128;
/** A run is written in parts of about so many bytes. */
const partBytes = 256 * 1024;

/** A key's values but the last ones, which are all the same, in the order of emission. */
interface Kept {
  values: string[];
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
  #keys = new KeyTable();
  /** By the key's number: its last value, and how often it has come, one after the other. */
  #last: string[] = [];
  #repeats: number[] = [];
  /** By number; a key whose values are all the same has none. */
  #kept: (Kept | undefined)[] = [];
  #heldBytes = 0;
  #file: RunFile | undefined;
  readonly #writer = new PairWriter();
  /** One run for each partition, as often as memory was full. */
  readonly #spilled: FileRun[][] = [];

  constructor(job: Pick<Job, 'combine' | 'partition'>, options: PairBufferOptions) {
    this.#job = job;
    this.#options = options;
  }

  /** Nearly all pairs of many jobs are as the last one of their key: `the` and `1`. */
  add(key: string, value: string): void {
    const number = this.#keys.add(key);
    const last = this.#last[number];
    if (last === value && this.#repeats[number]! < maxRepeats) this.#repeats[number]!++;
    else this.#addLast(number, value.toWellFormed());
  }

  /** Lone surrogates have become U+FFFD, as they would on their way through a file. */
  #addLast(number: number, value: string): void {
    const last = this.#last[number];
    if (last === undefined) {
      this.#kept.push(undefined);
    } else {
      const kept = this.#keep(number);
      if (kept.values.length >= kept.combineAt) this.#combine(number);
      this.#heldBytes -= bytesOf(last);
    }
    this.#last[number] = value;
    this.#repeats[number] = 1;
    this.#heldBytes += bytesOf(value);
    if (this.#bytes > this.#options.memoryBytes) this.#makeRoom();
  }

  /** Puts all of a key's values there one by one. */
  #keep(number: number): Kept {
    const kept = this.#kept[number] ?? { values: [], combineAt };
    this.#kept[number] = kept;
    const last = this.#last[number]!;
    const repeats = this.#repeats[number]!;
    for (let i = 0; i < repeats; i++) kept.values.push(last);
    this.#repeats[number] = 0;
    this.#heldBytes += repeats * bytesOf(last);
    return kept;
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

  #combine(number: number): void {
    if (!this.#job.combine) return;
    const kept = this.#keep(number);
    this.#heldBytes -= sumBytes(kept.values);
    // A copy: the array that the job returns is its own.
    kept.values = [...this.#combined(this.#keys.textOf(number), kept.values)];
    kept.combineAt = Math.max(combineAt, 2 * kept.values.length);
    this.#heldBytes += sumBytes(kept.values);
  }

  #combined(key: string, values: string[]): string[] {
    return callCombine(this.#job, key, values);
  }

  get #bytes(): number {
    return this.#heldBytes + this.#keys.size * keyBytes + 2 * this.#keys.textBytes;
  }

  #makeRoom(): void {
    if (this.#job.combine) {
      for (let number = 0; number < this.#keys.size; number++) {
        if (!this.#isSingle(number)) this.#combine(number);
      }
      if (this.#bytes < this.#options.memoryBytes / 2) return;
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
    const bytes = this.#bytes;
    this.#keys = new KeyTable();
    this.#last = [];
    this.#repeats = [];
    this.#kept = [];
    this.#heldBytes = 0;
    giveBack(bytes);
  }

  /** All that is held. */
  #formatRuns(): Iterable<Buffer>[] {
    const { reduceTasks } = this.#options;
    const numbers: number[][] = Array.from({ length: reduceTasks }, () => []);
    for (let number = 0; number < this.#keys.size; number++) {
      numbers[this.#partitionOf(number)]?.push(number);
    }
    return numbers.map((partition) => this.#formatRun(partition));
  }

  #partitionOf(number: number): number {
    const { reduceTasks } = this.#options;
    if (this.#job.partition)
      return choosePartition(this.#job, this.#keys.textOf(number), reduceTasks);
    const { bytes, starts } = this.#keys.ranges;
    return hashBytes(bytes, starts[number], starts[number + 1]) % reduceTasks;
  }

  *#formatRun(numbers: number[]): Generator<Buffer> {
    const writer = this.#writer;
    const { ranges } = this.#keys;
    const { bytes, starts } = ranges;
    for (const number of sortRanges(ranges, numbers)) {
      const value = this.#last[number]!;
      if (this.#isSingle(number))
        writer.writeRange(bytes, starts[number]!, starts[number + 1]!, value);
      else this.#writeCombined(this.#keys.textOf(number), this.#keep(number).values);
      if (writer.length >= partBytes) yield writer.take();
    }
    if (writer.length > 0) yield writer.take();
  }

  #isSingle(number: number): boolean {
    return this.#repeats[number] === 1 && this.#kept[number] === undefined;
  }

  *#mergeRuns(partition: number): Generator<Buffer> {
    const writer = this.#writer;
    const runs = this.#spilled.map((spilled) => spilled[partition] as FileRun);
    for (const { key, values } of mergeWithin(this.#options.memoryBytes, runs)) {
      this.#writeCombined(key, values);
      if (writer.length >= partBytes) yield writer.take();
    }
    if (writer.length > 0) yield writer.take();
  }

  #writeCombined(key: string, values: string[]): void {
    for (const value of this.#combined(key, values)) this.#writer.write(key, value);
  }
}

function bytesOf(value: string): number {
  return valueBytes + value.length;
}

function sumBytes(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + bytesOf(value), 0);
}
