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
  /** A worked example: the file in `exercises/` is solved already. */
  readonly isSolved?: true;
}

const manifest = {
  ping: {
    title: 'Worked example: ask until there is an answer',
    slide: "Go's net/rpc is at-most-once",
    prerequisites: [],
    points: 100,
    isSolved: true,
  },
  wordcount: {
    title: 'The word-count server and its client',
    slide: 'Go example: Word count server',
    prerequisites: [],
    points: 100,
  },
  'async-rpc': {
    title: 'Three ways to call without waiting',
    slide: 'Asynchronous RPC',
    prerequisites: ['wordcount'],
    points: 100,
  },
  cristian: {
    title: "Cristian's clock synchronisation",
    slide: "Exercise: Cristian's algorithm",
    prerequisites: ['wordcount'],
    points: 100,
  },
  'at-most-once': {
    title: 'At-most-once: duplicate detection',
    slide: 'RPC and Assignment 1 and 2',
    prerequisites: ['ping', 'wordcount'],
    points: 100,
  },
  mapreduce: {
    title: 'The tasks of MapReduce',
    slide: 'MapReduce: Fault Tolerance',
    prerequisites: ['wordcount'],
    points: 100,
  },
  schedule: {
    title: "The master's schedule: barrier, failures, re-execution",
    slide: 'MapReduce: Fault Tolerance',
    prerequisites: ['async-rpc', 'mapreduce'],
    points: 100,
  },
  stragglers: {
    title: 'Backup tasks for stragglers',
    slide: 'Server 1 is a straggler',
    prerequisites: ['schedule'],
    points: 100,
  },
  lineage: {
    title: 'Data lineage: what to execute again',
    slide: 'Mapreduce: What could go wrong?',
    prerequisites: ['mapreduce'],
    points: 100,
  },
  sharding: {
    title: 'State machines in processes of their own',
    slide: 'Phase 3: Process-Based Workers',
    prerequisites: ['async-rpc'],
    points: 100,
  },
} as const satisfies Record<string, Entry>;

export type ExerciseName = keyof typeof manifest;

/** In the order of the lecture. */
export const exerciseNames = Object.keys(manifest) as ExerciseName[];

/** Those that are left to students: all but the worked example. */
export const unsolvedNames = exerciseNames.filter((name) => !entryOf(name).isSolved);

export function entryOf(name: ExerciseName): Entry {
  return manifest[name];
}

/** The project's folder. */
export const root = resolve(import.meta.dirname, '../..');

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
