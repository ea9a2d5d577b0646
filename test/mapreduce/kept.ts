/** What is kept beside the packages, for tests that look there: bundles, and what is made of them. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../src/mapreduce/bundle-options.cjs';

export const kept = join(root, 'node_modules/.cache/rpc-lecture-companion');

/** Threads of a later Node abort in a process from a snapshot, and with flags Node refuses one. */
export const hasSnapshots =
  process.version.startsWith('v20.') && !process.env.NODE_OPTIONS;

/** Folders and notes of what is kept under a name that begins so. */
export function listKept(name: string): string[] {
  return readdirSync(kept).filter((entry) => entry.startsWith(name));
}

export function removeKept(name: string): void {
  for (const entry of listKept(name)) rmSync(join(kept, entry), { recursive: true });
}
