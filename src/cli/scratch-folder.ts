/**
 * What a process needs as long as it runs: a run's modules and map output; of a worker that has
 * joined map output, too, and the code it was sent. Who is killed cannot remove it, so the next
 * of its kind on this machine does.
 */
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { identify } from '../mapreduce/process-identity.ts';

export type ScratchOwner = 'run' | 'worker';

/** A new one, empty, with the number of this process in its name. */
export function createScratchFolder(owner: ScratchOwner): string {
  removeLeft(owner);
  return mkdtempSync(join(tmpdir(), `mapreduce-${owner}-${process.pid}-`));
}

/** Folders of this user whose processes have ended. */
function removeLeft(owner: ScratchOwner): void {
  const itsName = new RegExp(`^mapreduce-${owner}-(\\d+)-\\w{6}$`);
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = itsName.exec(name) ?? [];
    if (pid === undefined || identify(Number(pid))) continue;
    const path = join(tmpdir(), name);
    try {
      const isOurs = lstatSync(path, { throwIfNoEntry: false })?.uid === userInfo().uid;
      if (isOurs) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another one removes it now, or nobody can: no reason not to begin.
    }
  }
}
