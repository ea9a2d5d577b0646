/** Disks that forget: files between two tasks, or between two stages, in a run's folder. */
import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const damages = ['remove', 'truncate', 'change'] as const;
export type Damage = (typeof damages)[number];

/** Map output of a completed attempt; output of a stage that is not the last. */
const isBetweenTasks = /\/(?:attempt-\d+\/mr-\d+-\d+|stage-\d+\/mr-out-\d+)$/;

/** Does it to one of the files below `folder`, the `pick`-th of them; false: there is none. */
export function damageFile(folder: string, damage: Damage, pick: number): boolean {
  const files = listFiles(folder).filter((path) => isBetweenTasks.test(path));
  const file = files.sort()[pick % Math.max(1, files.length)];
  if (file === undefined) return false;
  try {
    spoil(file, damage);
    return true;
  } catch {
    // It has gone by itself meanwhile.
    return false;
  }
}

function spoil(file: string, damage: Damage): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  // What comes is a new file: a hard link to the old one is another file.
  rmSync(file);
  if (damage === 'remove' || bytes.length === 0) return;
  if (damage === 'change') bytes.writeUInt8((bytes[middle] as number) ^ 1, middle);
  writeFileSync(file, damage === 'change' ? bytes : bytes.subarray(0, middle));
}

/** Folders may go while they are being looked at. */
function listFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const path = join(folder, name);
    const isFolder = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    return isFolder ? listFiles(path) : [path];
  });
}
