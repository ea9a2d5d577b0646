/**
 * Map output as files `mr-<map>-<reduce>`, one folder per attempt. An attempt's folder appears
 * under its name when all of its files are written, or not at all. Knows nothing of who reads.
 *
 * Source: OSDI '04, section 3.3.3, temporary files and atomic rename.
 * Simplification: no fsync. What a power failure spoils does not fit its checksum any more.
 */
import {
  closeSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Region } from '../events.ts';
import {
  listParts,
  type MapOutputStore,
  type PartitionParts,
  type PartitionRef,
  UnstoredError,
} from './store.ts';

export class AttemptFiles implements MapOutputStore {
  /** Must exist: a folder that has vanished is not made anew in silence. */
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async write(
    attempt: number,
    map: number,
    partitions: readonly PartitionParts[],
  ): Promise<Region[]> {
    const unfinished = join(this.folder, `.attempt-${attempt}`);
    rmSync(unfinished, { recursive: true, force: true });
    try {
      mkdirSync(unfinished);
      const regions = partitions.map((parts, reduce) =>
        writeRegion(join(unfinished, nameFile(map, reduce)), listParts(parts)),
      );
      replaceFolder(unfinished, this.#attemptFolder(attempt));
      return regions;
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      // The job's own code may be what makes the parts.
      if (!(error as NodeJS.ErrnoException).syscall) throw error;
      throw new UnstoredError(`map output cannot be stored: ${(error as Error).message}`);
    }
  }

  /** Up to `length` bytes from `offset` on. Throws when there is no such file. */
  read({ attempt, map, reduce }: PartitionRef, offset: number, length: number): Buffer {
    const file = join(this.#attemptFolder(attempt), nameFile(map, reduce));
    const descriptor = openSync(file, 'r');
    try {
      const left = fstatSync(descriptor).size - offset;
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, left)));
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, offset));
    } finally {
      closeSync(descriptor);
    }
  }

  close(): void {}

  #attemptFolder(attempt: number): string {
    return join(this.folder, `attempt-${attempt}`);
  }
}

function writeRegion(path: string, parts: Iterable<Buffer>): Region {
  const descriptor = openSync(path, 'w');
  try {
    let [bytes, checksum] = [0, 0];
    for (const part of parts) {
      writeFileSync(descriptor, part);
      bytes += part.length;
      checksum = crc32(part, checksum);
    }
    return { bytes, crc32: checksum };
  } finally {
    closeSync(descriptor);
  }
}

function nameFile(map: number, reduce: number): string {
  return `mr-${map}-${reduce}`;
}

/** True: `folder` holds what the attempt has written, as far as sizes tell. */
export function hasWholeOutput(
  folder: string,
  attempt: number,
  map: number,
  regions: readonly Region[],
): boolean {
  return regions.every(({ bytes }, reduce) => {
    const file = join(folder, `attempt-${attempt}`, nameFile(map, reduce));
    return statSync(file, { throwIfNoEntry: false })?.size === bytes;
  });
}

/** Gives the output of map task `from` a second name, as that of map task `to`. */
export function linkOutput(
  folder: string,
  attempt: number,
  { from, to, partitions }: { from: number; to: number; partitions: number },
): void {
  for (let reduce = 0; reduce < partitions; reduce++) {
    const path = (map: number) =>
      join(folder, `attempt-${attempt}`, nameFile(map, reduce));
    rmSync(path(to), { force: true });
    linkSync(path(from), path(to));
  }
}

/** No folder can be renamed onto one that has files: an earlier one must make room first. */
function replaceFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  renameSync(from, to);
}
