/**
 * Map output in the state server: its partitions, each in messages of one chunk, all of them
 * under way at the same time.
 */
import { crc32 } from 'node:zlib';
import type { Region } from '../events.ts';
import { fetchChunkBytes } from '../wire.ts';
import type { StateClient } from './state-client.ts';
import { type MapOutputStore, UnstoredError } from './store.ts';

export class StateStore implements MapOutputStore {
  readonly #state: StateClient;

  constructor(state: StateClient) {
    this.#state = state;
  }

  async write(
    attempt: number,
    map: number,
    partitions: readonly Buffer[],
  ): Promise<Region[]> {
    const put = async (bytes: Buffer, reduce: number) => {
      for (let offset = 0; offset < bytes.length; offset += fetchChunkBytes) {
        const data = bytes.subarray(offset, offset + fetchChunkBytes);
        await this.#state.putPartition({ attempt, map, reduce }, offset, data);
      }
    };
    await Promise.all(partitions.map(put)).catch((error: Error) => {
      throw new UnstoredError(`map output cannot be stored: ${error.message}`);
    });
    return partitions.map((bytes) => ({ bytes: bytes.length, crc32: crc32(bytes) }));
  }

  close(): void {
    this.#state.close();
  }
}
