/**
 * Input that a worker elsewhere holds on its own disk: it says which files on joining, and
 * reads them there instead of fetching them. A name proves nothing: content is told by its
 * size and its hash, on either side.
 *
 * Source: OSDI '04, section 3.4, "Locality".
 */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { listInputFiles } from './input.ts';
import type { FileVersion, Split } from './splits.ts';
import type { HeldFile } from './wire.ts';

/** A file on this disk with its hash, which is true as long as the file has not changed. */
interface OwnFile extends HeldFile {
  readonly file: string;
  readonly version: FileVersion;
}

/** The worker's side. */
export class HeldInput {
  readonly files: readonly OwnFile[];

  constructor(files: readonly OwnFile[]) {
    this.files = files;
  }

  /** What the master is told of it. */
  describe(): HeldFile[] {
    return this.files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
  }

  /** The file with that content, if it is still as it was when it was read. */
  find(sha256: string | undefined): OwnFile | undefined {
    return this.files.find(
      (one) => one.sha256 === sha256 && isVersion(one.file, one.version),
    );
  }
}

/** Reads every file in `folders` once. Throws an InputError for what cannot be read. */
export async function readHeldInput(
  folders: readonly string[],
  cwd: string,
): Promise<HeldInput> {
  const files = folders.length === 0 ? [] : listInputFiles(folders, cwd);
  const held: OwnFile[] = [];
  for (const { file, name, bytes, modifiedMs = 0 } of files) {
    const version = { bytes, modifiedMs };
    held.push({ file, name, bytes, version, sha256: await hashFile(file) });
  }
  return new HeldInput(held);
}

/** The master's side: which map tasks read what somebody holds. */
export class InputIdentity {
  readonly #splits: readonly Split[];
  /** By file; only of those that somebody may hold. */
  readonly #hashes = new Map<string, Promise<string>>();

  constructor(splits: readonly Split[]) {
    this.#splits = splits;
  }

  /** The map tasks whose input is in these files. Reads what may be the same, and no more. */
  async findTasks(held: readonly HeldFile[]): Promise<number[]> {
    const tasks: number[] = [];
    for (const [map, split] of this.#splits.entries()) {
      const bytes = split.version?.bytes;
      const candidates = held.filter(
        (one) => one.bytes === bytes && basename(one.name) === basename(split.file),
      );
      if (candidates.length === 0) continue;
      const sha256 = await this.#hash(split.file);
      if (candidates.some((one) => one.sha256 === sha256)) tasks.push(map);
    }
    return tasks;
  }

  /** Undefined: nobody has said that he holds the file, or it is not what was planned for. */
  async hashOf({ file, version }: Split): Promise<string | undefined> {
    const sha256 = await this.#hashes.get(file);
    return version && isVersion(file, version) ? sha256 : undefined;
  }

  #hash(file: string): Promise<string> {
    const hash = this.#hashes.get(file) ?? hashFile(file);
    this.#hashes.set(file, hash);
    return hash;
  }
}

async function hashFile(file: string): Promise<string> {
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(file)) sum.update(chunk);
  return sum.digest('hex');
}

function isVersion(file: string, { bytes, modifiedMs }: FileVersion): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.size === bytes && stats.mtimeMs === modifiedMs;
}
