/**
 * The zip that Gradescope wants of a lecturer: `setup.sh` and `run_autograder` at its top, and
 * what they need of this project below.
 */
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import type { ExerciseName } from './manifest.ts';
import { makeZip, type ZipEntry } from './zip.ts';

const projectRoot = resolve(import.meta.dirname, '../..');
const scripts = join(import.meta.dirname, 'gradescope');

export interface BundleOptions {
  /** The packages travel along: nothing is downloaded, but for Node where it is missing. */
  readonly hasPackages: boolean;
}

export interface Bundle {
  readonly zip: Buffer;
  readonly fileCount: number;
}

/** What somebody has tried here is nobody else's business. */
const progressFolder = 'exercises/.progress';

/** No solutions are in it, and no tests: students' code runs beside it. */
export function makeGradescopeBundle(
  exercise: ExerciseName | 'all',
  { hasPackages }: BundleOptions,
): Bundle {
  const entries: ZipEntry[] = [
    ...['setup.sh', 'run_autograder'].map((name) => readScript(name)),
    { path: 'graded-exercise.txt', content: Buffer.from(`${exercise}\n`), ...plain },
    ...listFiles(['package.json', 'package-lock.json', 'src/**', 'exercises/**']),
    ...(hasPackages ? listFiles(listPackages()) : []),
  ];
  return { zip: makeZip(entries), fileCount: entries.length };
}

const plain = { isExecutable: false };

/** Carriage returns, which a checkout may have put in, would stop the shell. */
function readScript(name: string): ZipEntry {
  const text = readFileSync(join(scripts, name), 'utf8').replaceAll('\r\n', '\n');
  return { path: name, content: Buffer.from(text), isExecutable: true };
}

function listFiles(patterns: string[]): ZipEntry[] {
  const ignore =
    patterns[0] === 'package.json' ? ['**/node_modules/**', `${progressFolder}/**`] : [];
  const files = globSync(patterns, { cwd: projectRoot, ignore, dot: true });
  return files.sort().map((path) => {
    const file = join(projectRoot, path);
    const isExecutable = (statSync(file).mode & 0o100) !== 0;
    return { path, content: readFileSync(file), isExecutable };
  });
}

/** Of the lock file's packages those that grading needs and this machine has. */
function listPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'));
  const packages = Object.entries<{ dev?: boolean }>(lock.packages);
  return packages.flatMap(([path, { dev = false }]) =>
    path === '' || dev ? [] : [`${path}/**`],
  );
}
