/**
 * What a sequential run has emitted: values by key. As long as they fit into memory this is
 * one map and nothing else, so that the oracle shares as little as can be with what it judges;
 * what does not fit goes to a file as sorted runs, which are merged when they are read.
 *
 * Source: OSDI '04, section 3.1, step 5, "an external sort is used".
 */
import { giveBack } from './garbage.ts';
import type { Job } from './job.ts';
import type { Group } from './merge.ts';
import { PairWriter } from './pair-writer.ts';
import { sortKeys } from './partition.ts';
import { mergeWithin } from './reduce-input.ts';
import { RunFile } from './run-file.ts';
import type { FileRun } from './runs.ts';
import { choosePartition } from './task.ts';

/** What a value and a key cost beside their characters, about. */
const valueBytes = 32;
const keyBytes = 128;

export interface GroupedPairsOptions {
  readonly reduceTasks: number;
  /** More than about so many bytes of pairs go to a file. */
  readonly memoryBytes: number;
  /** Where that file is made. */
  readonly folder: string;
}

export class GroupedPairs {
  readonly #job: Pick<Job, 'partition'>;
  readonly #options: GroupedPairsOptions;
  readonly #values = new Map<string, string[]>();
  #heldBytes = 0;
  #file: RunFile | undefined;
  /** For each partition, one run as often as memory was full. */
  readonly #runs: FileRun[][];

  constructor(job: Pick<Job, 'partition'>, options: GroupedPairsOptions) {
    this.#job = job;
    this.#options = options;
    this.#runs = Array.from({ length: options.reduceTasks }, () => []);
  }

  /** Lone surrogates become U+FFFD, as they would on their way through a file. */
  add(anyKey: string, value: string): void {
    const key = anyKey.toWellFormed();
    const known = this.#values.get(key);
    if (known) known.push(value.toWellFormed());
    else this.#values.set(key, [value.toWellFormed()]);
    this.#heldBytes += valueBytes + value.length + (known ? 0 : keyBytes + key.length);
    if (this.#heldBytes > this.#options.memoryBytes) this.#makeRoom();
  }

  /** Each partition: every key with its values, in byte order of the keys. After all `add`. */
  finish(): Iterable<Group>[] {
    if (!this.#file) return this.#listPartitions().map((keys) => this.#listGroups(keys));
    this.#makeRoom();
    return this.#runs.map((runs) => mergeWithin(this.#options.memoryBytes, runs));
  }

  /** Gives back what it holds. */
  close(): void {
    this.#values.clear();
    this.#file?.close();
  }

  #listPartitions(): string[][] {
    const { reduceTasks } = this.#options;
    const partitions: string[][] = Array.from({ length: reduceTasks }, () => []);
    for (const key of this.#values.keys()) {
      partitions[choosePartition(this.#job, key, reduceTasks)]?.push(key);
    }
    return partitions.map(sortKeys);
  }

  *#listGroups(keys: readonly string[]): Generator<Group> {
    for (const key of keys) yield { key, values: this.#values.get(key) as string[] };
  }

  #makeRoom(): void {
    this.#file ??= new RunFile(this.#options.folder);
    for (const [partition, keys] of this.#listPartitions().entries()) {
      const writer = new PairWriter();
      for (const { key, values } of this.#listGroups(keys)) {
        for (const value of values) writer.write(key, value);
      }
      this.#runs[partition]?.push(this.#file.append([writer.take()]));
    }
    this.#values.clear();
    giveBack(this.#heldBytes);
    this.#heldBytes = 0;
  }
}
