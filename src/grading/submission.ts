/**
 * Finds and reads the one file of a student's folder that is graded. Whatever else lies there
 * is left alone; links are not followed, and nothing big is read.
 */
import { constants, type Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exerciseNames } from './manifest.ts';

/** How many folders below the student's own one a file may be. */
const maxDepth = 4;
/** A folder with more entries than this is no submission. */
const maxEntries = 20_000;
/** Our longest solution is a few kB. */
const maxBytes = 256 * 1024;

/** The text of the file and its path within the folder, or a sentence that says why not. */
export type Submission =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly problem: string };

/**
 * Looks in the folder itself, then in `exercises/<name>/` wherever that is, then anywhere.
 * Rejects when the folder cannot be read.
 */
export async function readSubmission(folder: string, name: string): Promise<Submission> {
  const path = `${name}.ts`;
  const files = await listFiles(folder);
  if (files === undefined) return { path, problem: `more than ${maxEntries} files` };
  const named = files.filter((file) => file === path || file.endsWith(`/${path}`));
  const inPlace = named.filter((file) =>
    `/${file}`.endsWith(`/exercises/${name}/${path}`),
  );
  const found = named.includes(path) ? [path] : inPlace.length > 0 ? inPlace : named;
  const [first, ...others] = found;
  if (first === undefined) return { path, problem: `no ${path}${listOthers(files)}` };
  if (others.length > 0) {
    const some = found.slice(0, 3).join(', ');
    return { path, problem: `${found.length} files named ${path}: ${some}` };
  }
  return readText(folder, first);
}

/** Paths with `/`, in a stable order; undefined: there are too many. */
async function listFiles(folder: string): Promise<string[] | undefined> {
  const files: string[] = [];
  let level = [''];
  let entryCount = 0;
  for (let depth = 0; depth <= maxDepth; depth++) {
    const next: string[] = [];
    for (const parent of level) {
      const entries = await listEntries(join(folder, parent), depth === 0);
      entryCount += entries.length;
      if (entryCount > maxEntries) return undefined;
      for (const entry of entries.sort(byName)) {
        if (isIgnored(entry.name)) continue;
        if (entry.isDirectory()) next.push(`${parent}${entry.name}/`);
        else files.push(parent + entry.name);
      }
    }
    level = next;
  }
  return files;
}

/** A name that is no text cannot be opened by it; what lies below is left alone. */
async function listEntries(folder: string, isTop: boolean): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isTop || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** What tools leave behind: packages, repositories, archives made on a Mac. */
export function isIgnored(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules' || name === '__MACOSX';
}

/** Perhaps it has another name. Files of other exercises have the right one. */
function listOthers(files: readonly string[]): string {
  const isOther = (file: string) =>
    /\.[jt]sx?$/.test(file) && !exerciseNames.some((name) => file.endsWith(`${name}.ts`));
  const others = files.filter(isOther).slice(0, 3);
  return others.length > 0 ? `; there is ${others.join(', ')}` : '';
}

async function readText(folder: string, path: string): Promise<Submission> {
  // Neither through a link nor for ever from a pipe.
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
  const file = await open(join(folder, path), flags).catch((error) => {
    if (['ELOOP', 'EMLINK', 'ENXIO'].includes(error.code)) return undefined;
    throw error;
  });
  try {
    const stats = await file?.stat();
    if (!file || !stats?.isFile()) {
      return { path, problem: `${path} is a link or a device, not a file` };
    }
    if (stats.size > maxBytes) {
      const size = `${Math.ceil(stats.size / 1024)} kB`;
      return {
        path,
        problem: `${path} has ${size}; at most ${maxBytes / 1024} are read`,
      };
    }
    return { path, text: await file.readFile('utf8') };
  } finally {
    await file?.close();
  }
}
