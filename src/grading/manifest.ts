/**
 * The exercises in the order of the lecture, and where their files are.
 */
import { join, resolve } from 'node:path';

export const titles = {
  wordcount: 'The word-count server and its client',
  cristian: "Cristian's clock synchronisation",
} as const;

export type ExerciseName = keyof typeof titles;

export const exerciseNames = Object.keys(titles) as ExerciseName[];

const root = resolve(import.meta.dirname, '../..');

export function graderOf(name: ExerciseName): string {
  return join(root, 'exercises', name, 'grader.ts');
}

/** The file that a student edits, or the one of the reference solution beside it. */
export function fileOf(tree: 'exercises' | 'solutions', name: ExerciseName): string {
  return join(root, tree, name, `${name}.ts`);
}

/** Reads `cristian`, `exercises/cristian`, `solutions/cristian/`, or the file's own path. */
export function parseTarget(
  target: string,
): { tree: 'exercises' | 'solutions'; name: string } | undefined {
  const path = target.replace(/^\.\//, '').replace(/\/$/, '');
  if (isExerciseName(path)) return { tree: 'exercises', name: path };
  const match = /^(exercises|solutions)(?:\/([^/]*)(?:\/[^/]*)?)?$/.exec(path);
  if (!match) return undefined;
  return { tree: match[1] as 'exercises' | 'solutions', name: match[2] ?? '' };
}

export function isExerciseName(name: string): name is ExerciseName {
  return Object.hasOwn(titles, name);
}
