/**
 * Map output as the document has it: not stored, but counted, in the state server's counters.
 * For jobs whose keys are known before they run, and whose values are whole numbers. One
 * message for each attempt, where the document sends one for each key.
 *
 * A map attempt sends its counts with `Update`; a reduce attempt asks for its keys with `Get`,
 * naming the map attempts that its master has accepted, and says with `Replace` what it made
 * of them. So the counts of an attempt that died, or lost, or was never accepted are no part
 * of any answer.
 *
 * Source: document "process-rpc", `StateAccess`.
 */
import { crc32 } from 'node:zlib';
import type { Region } from '../events.ts';
import type { Group } from '../merge.ts';
import { parsePairs } from '../pairs.ts';
import { sortKeys } from '../partition.ts';
import type { AttemptRef } from './counters.ts';
import {
  listParts,
  type MapOutputStore,
  type PartitionParts,
  UnstoredError,
} from './store.ts';

/** What the document's four calls are here. */
export interface CounterClient {
  initialize(keys: readonly string[]): Promise<void>;
  update(by: AttemptRef, pairs: CountPairs): Promise<void>;
  replace(by: AttemptRef, pairs: CountPairs): Promise<void>;
  /** Attempts named in `accepted` count from now on. Rejects where one is unknown, or lost. */
  get(
    keys: readonly string[],
    accepted?: readonly AttemptRef[],
  ): Promise<(readonly number[])[]>;
  close(): void;
}

export type CountPairs = readonly (readonly [key: string, n: number])[];

/** An attempt as the counters know it. */
export function refToAttempt(
  kind: 'map' | 'reduce',
  index: number,
  attempt: number,
): AttemptRef {
  return { task: `${kind} ${index}`, attempt };
}

export class CounterStore implements MapOutputStore {
  readonly #client: CounterClient;
  readonly #keys: readonly string[];

  /** `keys` are all that there are. */
  constructor(client: CounterClient, keys: readonly string[]) {
    this.#client = client;
    this.#keys = keys;
  }

  async write(
    attempt: number,
    map: number,
    parts: readonly PartitionParts[],
  ): Promise<Region[]> {
    const partitions = parts.map((one) => Buffer.concat([...copyParts(one)]));
    const pairs = partitions.flatMap((bytes) => readCounts(bytes.toString()));
    try {
      await this.#client.update(refToAttempt('map', map, attempt), pairs);
    } catch (error) {
      throw new UnstoredError(`map output is not counted: ${(error as Error).message}`);
    }
    return partitions.map((bytes) => ({ bytes: bytes.length, crc32: crc32(bytes) }));
  }

  /** The keys of a partition, in order, with their counts; `isOurs` tells which those are. */
  async read(
    sources: readonly { map: number; attempt: number }[],
    isOurs: (key: string) => boolean,
  ): Promise<Group[]> {
    const keys = sortKeys(this.#keys.filter(isOurs));
    const accepted = sources.map((one) => refToAttempt('map', one.map, one.attempt));
    const values = await this.#client.get(keys, accepted);
    return keys
      .map((key, i) => ({ key, values: (values[i] ?? []).map(String) }))
      .filter((group) => group.values.length > 0);
  }

  /** Tells what a reduce attempt made of its keys: `text` is its output file's. */
  async replace(reduce: number, attempt: number, text: string): Promise<void> {
    await this.#client.replace(refToAttempt('reduce', reduce, attempt), readCounts(text));
  }

  close(): void {
    this.#client.close();
  }
}

/** All counts fit into memory: their keys were there before. */
function* copyParts(partition: PartitionParts): Generator<Buffer> {
  for (const part of listParts(partition)) yield Buffer.from(part);
}

function readCounts(text: string): [string, number][] {
  return [...parsePairs(text)].map(([key, value]) => {
    const n = Number(value);
    if (Number.isSafeInteger(n) && value !== '') return [key, n];
    throw new UnstoredError(`${key}: ${value} is no whole number, so it is not counted`);
  });
}
