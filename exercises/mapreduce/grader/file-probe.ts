/**
 * Notices which files are opened for writing, by whatever function of Node's. A file that is
 * written under its final name cannot be told from a renamed one afterwards; only meanwhile.
 *
 * Wraps the functions once, when the grader is loaded, so that code loaded later sees no others.
 */
import fs, { constants } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Write {
  /** `writeFileSync`. */
  readonly by: string;
  /** Absolute path. */
  readonly file: string;
}

/** Functions that open a file for writing, and which argument names it. */
const writers: Record<string, number> = {
  open: 0,
  openSync: 0,
  writeFile: 0,
  writeFileSync: 0,
  appendFile: 0,
  appendFileSync: 0,
  createWriteStream: 0,
  truncate: 0,
  truncateSync: 0,
  copyFile: 1,
  copyFileSync: 1,
  cp: 1,
  cpSync: 1,
};

let writes: Write[] | undefined;

type AnyFunction = (...args: unknown[]) => unknown;

for (const owner of [fs, fs.promises] as unknown as Record<string, AnyFunction>[]) {
  for (const [name, index] of Object.entries(writers)) {
    const original = owner[name];
    if (original === undefined) continue;
    const wrapped: AnyFunction = function (this: unknown, ...args) {
      note(name, args, index);
      return original.apply(this, args);
    };
    const properties = Object.getOwnPropertyDescriptors(original);
    owner[name] = Object.defineProperties(wrapped, properties);
  }
}
syncBuiltinESMExports();

function note(by: string, args: readonly unknown[], index: number): void {
  if (/^open/.test(by) && !opensForWriting(args[1])) return;
  const file = toPath(args[index]);
  // What Node's own functions call in turn is the same write.
  if (file !== undefined && !writes?.some((write) => write.file === file)) {
    writes?.push({ by, file });
  }
}

function opensForWriting(flags: unknown): boolean {
  if (typeof flags === 'string') return /[wa+]/.test(flags);
  if (typeof flags !== 'number') return false;
  return (flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0;
}

/** Undefined: a descriptor or a handle, which was noted when it was opened. */
function toPath(path: unknown): string | undefined {
  if (path instanceof URL) return fileURLToPath(path);
  if (typeof path === 'string' || Buffer.isBuffer(path)) return resolve(String(path));
  return undefined;
}

/** Resolves with the files that were opened for writing while `act` ran, in order. */
export async function recordWrites(act: () => Promise<unknown>): Promise<Write[]> {
  const recorded: Write[] = [];
  writes = recorded;
  try {
    await act();
  } finally {
    writes = undefined;
  }
  return recorded;
}
