/**
 * The exercises in the order of the lecture, and where their files are.
 */
import { join, resolve } from 'node:path';

/** What the lecture says of an exercise; what it checks, its grader says. */
export interface Entry {
  readonly title: string;
  /** The slide that sets it. */
  readonly slide: string;
  /** Exercises whose ideas it builds on. */
  readonly prerequisites: readonly string[];
  readonly points: 100;
}

const manifest = {
  wordcount: {
    title: 'The word-count server and its client',
    slide: 'Go example: Word count server',
    prerequisites: [],
    points: 100,
  },
  cristian: {
    title: "Cristian's clock synchronisation",
    slide: "Exercise: Cristian's algorithm",
    prerequisites: ['wordcount'],
    points: 100,
  },
  schedule: {
    title: "The master's schedule: barrier, failures, re-execution",
    slide: 'MapReduce: Fault Tolerance',
    prerequisites: ['wordcount'],
    points: 100,
  },
  stragglers: {
    title: 'Backup tasks for stragglers',
    slide: 'Server 1 is a straggler',
    prerequisites: ['schedule'],
    points: 100,
  },
} as const satisfies Record<string, Entry>;

export type ExerciseName = keyof typeof manifest;

/** In the order of the lecture. */
export const exerciseNames = Object.keys(manifest) as ExerciseName[];

export function entryOf(name: ExerciseName): Entry {
  return manifest[name];
}

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
  return Object.hasOwn(manifest, name);
}
