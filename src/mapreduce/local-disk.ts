/**
 * A worker's own disk: map output as files `mr-<map>-<reduce>`, one folder per attempt. When
 * the worker is lost nobody serves these files any more, whether they still exist or not.
 *
 * Source: OSDI '04, section 3.1, step 4, "buffered pairs are written to local disk".
 */
import { closeSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Region } from './events.ts';

export class LocalDisk {
  readonly folder: string;

  constructor(runDir: string, worker: number) {
    this.folder = join(runDir, `worker-${worker}`);
  }

  /** Writes one map attempt's partitions; returns what a reader must find. */
  write(attempt: number, map: number, partitions: readonly Buffer[]): Region[] {
    mkdirSync(this.#attemptFolder(attempt), { recursive: true });
    return partitions.map((bytes, reduce) => {
      writeFileSync(this.#path(attempt, map, reduce), bytes);
      return { bytes: bytes.length, crc32: crc32(bytes) };
    });
  }

  /** Up to `length` bytes from `offset` on. Throws when there is no such file. */
  read(attempt: number, map: number, reduce: number, offset: number, length: number) {
    const descriptor = openSync(this.#path(attempt, map, reduce), 'r');
    try {
      const bytes = Buffer.allocUnsafe(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
    } finally {
      closeSync(descriptor);
    }
  }

  #attemptFolder(attempt: number): string {
    return join(this.folder, `attempt-${attempt}`);
  }

  #path(attempt: number, map: number, reduce: number): string {
    return join(this.#attemptFolder(attempt), `mr-${map}-${reduce}`);
  }
}
