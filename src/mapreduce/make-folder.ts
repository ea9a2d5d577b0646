/**
 * Folders that a user has named, and those that are ours.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** In a folder of ours, the file that says whose it is; in a user's there is none. */
export const ownerName = 'owner.json';

/**
 * With all folders above it, if need be; one that is there is left as it is. Throws the system's
 * error, or that it is not a folder. Node's own `recursive` never ends where a system says of a
 * folder that is there that it is not, as /proc does.
 */
export function makeFolder(path: string): void {
  const parent = dirname(path);
  if (!existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) throw error;
    if (!stats.isDirectory()) throw new Error('it is not a folder');
  }
}
