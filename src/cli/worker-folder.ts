/**
 * A joined worker's own folder: map output, output files, the code it was sent. A worker that
 * is killed cannot remove it, so the next one on this machine does.
 */
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { identify } from '../mapreduce/process-identity.ts';

/** A new one, empty, with the name of this process in it. */
export function createWorkerFolder(): string {
  removeLeftFolders();
  return mkdtempSync(join(tmpdir(), `mapreduce-worker-${process.pid}-`));
}

/** Folders of this user's workers whose processes have ended. */
function removeLeftFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = /^mapreduce-worker-(\d+)-\w{6}$/.exec(name) ?? [];
    if (pid === undefined || identify(Number(pid))) continue;
    const path = join(tmpdir(), name);
    const isOurs = lstatSync(path, { throwIfNoEntry: false })?.uid === userInfo().uid;
    if (isOurs) rmSync(path, { recursive: true, force: true });
  }
}
