/**
 * Puts an exercise's stub back and keeps the student's work in a file of its own. Nothing is
 * ever lost: the copy is there before the file is written.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { type ExerciseName, fileOf, root } from '../grading/manifest.ts';
import { freshName } from '../grading/progress.ts';
import { stubCopyOf } from '../grading/tampering.ts';
import { UsageError } from './command.ts';
import { progressFile } from './exercise.ts';

/** Puts the stub back; tells where the work is now. */
export function resetExercise(name: ExerciseName): string {
  const file = fileOf('exercises', name);
  if (!existsSync(stubCopyOf(name)))
    throw new UsageError(
      `exercises/${name}/grader/stub.txt is missing: nobody knows the stub any more`,
    );
  const stub = readFileSync(stubCopyOf(name), 'utf8');
  const shown = `exercises/${name}/${name}.ts`;
  if (!existsSync(file)) {
    writeFileSync(file, stub);
    return `${shown} was missing: the stub is back`;
  }
  const isUntouched =
    readFileSync(file, 'utf8').replaceAll('\r\n', '\n') === stub.replaceAll('\r\n', '\n');
  if (isUntouched) return `${shown} is the stub already: nothing to do`;
  const aside = keepAside(name, file);
  writeFileSync(file, stub);
  return `${shown} is the stub again; your work is in ${aside}`;
}

/** Copies the work to `exercises/.progress/<name>-<date>.ts`, under a name not taken yet. */
function keepAside(name: ExerciseName, file: string): string {
  mkdirSync(progressFile.folder, { recursive: true });
  const day = new Date().toISOString().slice(0, 10);
  const aside = freshName((suffix) =>
    join(progressFile.folder, `${name}-${day}${suffix}.ts`),
  );
  copyFileSync(file, aside);
  return relative(root, aside).replaceAll('\\', '/');
}
