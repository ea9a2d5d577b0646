/**
 * Grades many files, as many at a time as there are cores: the working tree's exercises, or
 * those of a class. The order of the results is the order of what was asked, always.
 */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CheckResult, Exercise } from './check.ts';
import { type GradeOptions, gradeFile } from './grade.ts';
import type { GradedExercise, GradedStudent } from './graded.ts';
import { type ExerciseName, entryOf, fileOf, graderOf } from './manifest.ts';
import { Mirror } from './mirror.ts';
import { toLine } from './plain-text.ts';
import { failAll } from './run-checks.ts';
import { readSubmission } from './submission.ts';
import { findImportProblem } from './submitted-imports.ts';
import { findTampering } from './tampering.ts';

/** Whose work is graded. Without a folder it is the working tree's. */
export interface Student {
  readonly who: string | undefined;
  readonly folder?: string | undefined;
}

export interface GradeStudentsOptions {
  /** Processes at the same time. */
  readonly jobs: number;
  /** Where the grader of an exercise is; ours, if nothing is said. */
  readonly findGrader?: (name: ExerciseName) => string;
  /** What student code prints goes to stderr. */
  readonly showsOutput?: boolean;
  /** Told of each exercise as it begins and as it is over, in the order of time. */
  readonly begin?: (who: string | undefined, name: ExerciseName) => void;
  readonly end?: (who: string | undefined, graded: GradedExercise) => void;
}

/** Never rejects because of a student or of a grader: both have their place in the record. */
export async function gradeStudents(
  students: readonly Student[],
  names: readonly ExerciseName[],
  options: GradeStudentsOptions,
): Promise<GradedStudent[]> {
  const mirror = new Mirror();
  const tasks = students.flatMap((student) => names.map((name) => ({ student, name })));
  const graded: GradedExercise[] = [];
  let next = 0;
  const work = async () => {
    while (next < tasks.length) {
      const index = next++;
      const { student, name } = tasks[index] as (typeof tasks)[number];
      options.begin?.(student.who, name);
      const one = await gradeOne(student, name, mirror, options);
      graded[index] = one;
      options.end?.(student.who, one);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.jobs }, work));
  } finally {
    mirror.close();
  }
  return students.map(({ who }, i) => ({
    who,
    exercises: graded.slice(i * names.length, (i + 1) * names.length),
  }));
}

async function gradeOne(
  { folder }: Student,
  name: ExerciseName,
  mirror: Mirror,
  { findGrader = graderOf, showsOutput = false }: GradeStudentsOptions,
): Promise<GradedExercise> {
  const grader = findGrader(name);
  const print = showsOutput ? undefined : () => {};
  const grading: Grading = { name, grader, options: { print } };
  const { title } = entryOf(name);
  try {
    expectGenuine(name);
    const { file, ...graded } =
      folder === undefined
        ? await gradeWorkingTree(grading)
        : await gradeSubmission(grading, folder, mirror);
    // Once more: it is for nobody who is graded to change a grader.
    expectGenuine(name);
    return { kind: 'graded', name, title, file: toLine(file), ...graded };
  } catch (error) {
    const reason = toLine(error instanceof Error ? error.message : String(error));
    return { kind: 'not-graded', name, title, file: `${name}.ts`, reason };
  }
}

/** What a changed grader says is no result; nothing is put back, for the change may be ours. */
function expectGenuine(name: ExerciseName): void {
  const tampering = findTampering(name);
  if (tampering.length === 0) return;
  throw new Error(
    `${tampering.join('; ')}: put it back, or if the change is yours run npm run seal`,
  );
}

interface Grading {
  readonly name: ExerciseName;
  readonly grader: string;
  /** Among many, nobody knows whose output it is: then it is not shown. */
  readonly options: GradeOptions;
}

interface GradedFile {
  readonly file: string;
  readonly results: readonly CheckResult[];
  readonly problem?: string;
}

async function gradeWorkingTree(grading: Grading): Promise<GradedFile> {
  const { name, grader } = grading;
  const file = `exercises/${name}/${name}.ts`;
  const path = fileOf('exercises', name);
  if (!existsSync(path)) return refuse(grading, file, `no ${file}`);
  return { file, results: await gradeFile(grader, path, grading.options) };
}

async function gradeSubmission(
  grading: Grading,
  folder: string,
  mirror: Mirror,
): Promise<GradedFile> {
  const { name, grader } = grading;
  const submission = await readSubmission(folder, name);
  const file = submission.path;
  if ('problem' in submission) return refuse(grading, file, submission.problem);
  const mirrored = await mirror.place(name, submission.text);
  try {
    const problem = await findImportProblem(mirrored);
    if (problem !== undefined) return refuse(grading, file, problem);
    const results = await gradeFile(grader, mirrored.file, grading.options);
    return { file, results: forgetFolder(results, mirrored.folder) };
  } finally {
    await mirror.remove(mirrored);
  }
}

/** Nothing was run: every check is listed, and the first one says why. */
async function refuse(
  { name, grader }: Grading,
  file: string,
  found: string,
): Promise<GradedFile> {
  const problem = toLine(found);
  const did = `looked at what was handed in for ${name}`;
  const expected = `one file ${name}.ts that compiles and imports only what the stub may import`;
  const results = failAll(await loadExercise(grader), { did, saw: problem, expected });
  return { file, problem, results };
}

async function loadExercise(grader: string): Promise<Exercise> {
  try {
    const exercise: Exercise = (await import(pathToFileURL(grader).href)).default;
    if (!Array.isArray(exercise?.checks)) throw new Error('it exports no checks');
    return exercise;
  } catch (error) {
    const where = relative('.', grader);
    throw new Error(`${where} does not load: ${(error as Error).message}`);
  }
}

/** A temporary name would differ from run to run, and tells nobody anything. */
function forgetFolder(results: readonly CheckResult[], folder: string): CheckResult[] {
  const forget = (_key: string, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(`${folder}/`, '') : value;
  return JSON.parse(JSON.stringify(results), (key, value) => forget(key, value));
}
