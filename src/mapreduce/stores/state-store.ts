/**
 * Map output in the state server: its partitions, each in messages of one chunk, one after the
 * other.
 */
import { crc32 } from 'node:zlib';
import type { Region } from '../events.ts';
import { fetchChunkBytes } from '../wire.ts';
import type { StateClient } from './state-client.ts';
import {
  listParts,
  type MapOutputStore,
  type PartitionParts,
  type PartitionRef,
  UnstoredError,
} from './store.ts';

export class StateStore implements MapOutputStore {
  readonly #state: StateClient;

  constructor(state: StateClient) {
    this.#state = state;
  }

  async write(
    attempt: number,
    map: number,
    partitions: readonly PartitionParts[],
  ): Promise<Region[]> {
    const regions: Region[] = [];
    for (const [reduce, parts] of partitions.entries()) {
      regions.push(await this.#put({ attempt, map, reduce }, listParts(parts)));
    }
    return regions;
  }

  async #put(partition: PartitionRef, parts: Iterable<Buffer>): Promise<Region> {
    let [bytes, checksum] = [0, 0];
    for (const chunk of cutIntoChunks(parts)) {
      await this.#state.putPartition(partition, bytes, chunk).catch((error: Error) => {
        throw new UnstoredError(`map output cannot be stored: ${error.message}`);
      });
      bytes += chunk.length;
      checksum = crc32(chunk, checksum);
    }
    return { bytes, crc32: checksum };
  }

  close(): void {
    this.#state.close();
  }
}

/** Chunks of `fetchChunkBytes`, but for the last one: what one message carries. */
function* cutIntoChunks(parts: Iterable<Buffer>): Generator<Buffer> {
  let held = Buffer.alloc(0);
  for (const part of parts) {
    held = Buffer.concat([held, part]);
    let at = 0;
    for (; held.length - at >= fetchChunkBytes; at += fetchChunkBytes) {
      yield held.subarray(at, at + fetchChunkBytes);
    }
    held = held.subarray(at);
  }
  if (held.length > 0) yield held;
}
