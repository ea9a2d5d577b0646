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
import { RepeatedPairs } from './repeated-pairs.ts';
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
/** A run is written in parts of about so many bytes. */
const partBytes = 256 * 1024;

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
  readonly #repeated = new RepeatedPairs((...counted) => this.#addTimes(...counted));
  readonly #groups = new Map<string, Values>();
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
    if (this.#repeated.count(key, value)) return;
    const values = this.#groups.get(key);
    if (values?.last === value && values.repeats < maxRepeats) values.repeats++;
    else this.#addSome(key.toWellFormed(), value.toWellFormed(), 1);
  }

  #addTimes(key: string, value: string, times: number): void {
    const wellFormed = value.toWellFormed();
    for (let left = times; left > 0; left -= maxRepeats) {
      this.#addSome(key, wellFormed, Math.min(left, maxRepeats));
    }
  }

  /** Lone surrogates have become U+FFFD, as they would on their way through a file. */
  #addSome(key: string, value: string, times: number): void {
    const values = this.#groups.get(key);
    if (values === undefined) {
      this.#groups.set(key, { kept: undefined, last: value, repeats: times, combineAt });
      this.#heldBytes += keyBytes + key.length;
    } else if (values.last === value && values.repeats + times <= maxRepeats) {
      values.repeats += times;
      return;
    } else {
      const { length } = this.#keep(values);
      if (length >= values.combineAt) this.#combine(key, values);
      this.#heldBytes -= bytesOf(values.last);
      values.last = value;
      values.repeats = times;
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

  /**
   * One sorted run for each partition, in parts; each is to be read to its end before the next
   * one, and a part is valid until the next.
   */
  finish(): Iterable<Buffer>[] {
    this.#repeated.finish();
    if (this.#spilled.length === 0) return this.#formatRuns();
    this.#spill();
    return this.#spilled[0]!.map((_, partition) => this.#mergeRuns(partition));
  }

  /** Gives back what it holds, after `finish` or instead of it. */
  close(): void {
    this.#letGo();
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
      const values = this.#groups.get(key) as Values;
      if (isSingle(values)) writer.write(key, values.last);
      else this.#writeCombined(key, this.#keep(values));
      if (writer.length >= partBytes) yield writer.take();
    }
    if (writer.length > 0) yield writer.take();
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

function isSingle({ kept, repeats }: Values): boolean {
  return kept === undefined && repeats === 1;
}

function bytesOf(value: string): number {
  return valueBytes + value.length;
}

function sumBytes(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + bytesOf(value), 0);
}
