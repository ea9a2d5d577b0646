/**
 * What a process needs as long as it runs: a run's modules and map output; of a worker that has
 * joined map output, too, and the code it was sent. Who is killed cannot remove it, so the next
 * one on this machine that makes such a folder does.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerName } from '../mapreduce/make-folder.ts';
import {
  identifySelf,
  isAlive,
  isElsewhere,
  type PlacedProcess,
} from '../mapreduce/process-identity.ts';

export type ScratchOwner = 'run' | 'worker';

/** A new one, with the number of this process in its name. */
export function createScratchFolder(owner: ScratchOwner): string {
  removeLeft(owner);
  const path = mkdtempSync(join(tmpdir(), `mapreduce-${owner}-${process.pid}-`));
  writeFileSync(join(path, ownerName), JSON.stringify(identifySelf()));
  return path;
}

/** Folders whose processes have ended, for certain. */
function removeLeft(owner: ScratchOwner): void {
  const itsName = new RegExp(`^mapreduce-${owner}-\\d+-\\w{6}$`);
  try {
    for (const name of readdirSync(tmpdir())) {
      if (itsName.test(name)) removeIfLeft(join(tmpdir(), name));
    }
  } catch {
    // A folder that nobody may list has room for new ones all the same.
  }
}

function removeIfLeft(path: string): void {
  try {
    const owner: PlacedProcess = JSON.parse(readFileSync(join(path, ownerName), 'utf8'));
    if (isElsewhere(owner) || isAlive(owner)) return;
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another user's, another one removes it now, or it does not say whose it is: it stays.
  }
}
