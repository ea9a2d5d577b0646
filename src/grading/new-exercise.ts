/**
 * Makes a new exercise: its files from the template, and its entry in the manifest. Nothing
 * that exists is overwritten.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fillTemplate, formatEntry } from './exercise-template.ts';

/** The name cannot be that of a new exercise; the message is one sentence. */
export class ExerciseNameError extends Error {
  override readonly name = 'ExerciseNameError';
}

const maxNameLength = 24;
const manifestFile = 'src/grading/manifest.ts';
/** The line after the last entry. */
const manifestEnd = '} as const satisfies Record<string, Entry>;\n';

/** The paths that were written or changed, from `root`, the project's folder. */
export function createExercise(root: string, name: string): string[] {
  const manifest = readFileSync(join(root, manifestFile), 'utf8');
  refuseName(name);
  const files = fillTemplate(name);
  const folders = [...new Set([...files.keys()].map(dirname))];
  const taken = folders.find((folder) => existsSync(join(root, folder)));
  if (taken !== undefined)
    throw new ExerciseNameError(`there is already a folder ${taken}`);
  const entry = formatEntry(name);
  if (manifest.includes(entry.split('\n')[0] as string)) {
    throw new ExerciseNameError(`${manifestFile} already has an entry ${name}`);
  }
  if (!manifest.includes(manifestEnd)) {
    throw new Error(`${manifestFile} has no line ${manifestEnd.trim()}`);
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { flag: 'wx' });
  }
  const extended = manifest.replace(manifestEnd, () => entry + manifestEnd);
  writeFileSync(join(root, manifestFile), extended);
  return [...files.keys(), manifestFile];
}

function refuseName(name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    const rule = 'small letters, digits and hyphens, like at-most-once';
    throw new ExerciseNameError(`${JSON.stringify(name)} is no name: ${rule}`);
  }
  if (name.length > maxNameLength) {
    throw new ExerciseNameError(
      `${name} is too long a name: at most ${maxNameLength} letters`,
    );
  }
  if (['all', 'grader'].includes(name)) {
    throw new ExerciseNameError(`${name} means something else in our commands`);
  }
}
