/**
 * What the students' commands share: which exercise is meant, its grading with everything
 * that is remembered of it, and how wide the terminal is.
 */
import { pathToFileURL } from 'node:url';
import { formatBriefReport } from '../grading/brief-report.ts';
import { type CheckResult, type Exercise, ReplayCodeError } from '../grading/check.ts';
import { type GradeOptions, gradeFile } from '../grading/grade.ts';
import {
  type ExerciseName,
  entryOf,
  fileOf,
  graderOf,
  isExerciseName,
  parseTarget,
  unsolvedNames,
} from '../grading/manifest.ts';
import { ProgressFile } from '../grading/progress.ts';
import { findChangedSignatures, findTampering } from '../grading/tampering.ts';
import { UsageError } from './command.ts';
import { unknownExercise } from './exercise-argument.ts';

export const progressFile = new ProgressFile();

/** Reads `cristian`, `exercises/cristian` or a path in it; throws a UsageError for others. */
export function readExercise(text: string): ExerciseName {
  const target = parseTarget(text);
  if (target?.tree === 'exercises' && isExerciseName(target.name)) return target.name;
  throw unknownExercise(text);
}

/**
 * What the student is at: of the exercises that are not passed the one graded last, or else
 * the first one of the lecture.
 */
export function currentExercise(): ExerciseName | undefined {
  const open = unsolvedNames.filter((name) => !progressFile.hasPassed(name));
  const gradedAt = (name: ExerciseName) => progressFile.of(name).lastGradedAt ?? '';
  return open.reduce<ExerciseName | undefined>(
    (last, name) => (last === undefined || gradedAt(name) > gradedAt(last) ? name : last),
    undefined,
  );
}

/** The one that is named, or the current one. Throws a UsageError when there is none. */
export function chooseExercise(text: string | undefined): ExerciseName {
  const name = text === undefined ? currentExercise() : readExercise(text);
  if (name === undefined)
    throw new UsageError('you have passed them all: name an exercise');
  return name;
}

/** What has become of a student's file. */
export interface Grading {
  readonly name: ExerciseName;
  readonly results: readonly CheckResult[];
  /** What was changed that nobody was asked to change: the points may not count. */
  readonly tampering: readonly string[];
  /** What else is strange about the file. */
  readonly notes: readonly string[];
}

/** Grades a student's file; remembers the points, unless files were tampered with. */
export async function gradeExercise(
  name: ExerciseName,
  options: GradeOptions = {},
): Promise<Grading> {
  const tampering = findTampering(name);
  const results = await gradeFile(
    graderOf(name),
    fileOf('exercises', name),
    options,
  ).catch((error) => {
    throw explainTampering(error, name, tampering);
  });
  const counts = tampering.length === 0 && options.replay === undefined;
  if (counts) progressFile.recordGrading(name, results, new Date());
  const notes = results.some(isJudgedFailure) ? findChangedSignatures(name) : [];
  return { name, results, tampering, notes };
}

/** Only of such a one the reason may be how its functions are called. */
function isJudgedFailure(result: CheckResult): boolean {
  return result.status === 'fail' && !result.explanation.isUnjudged;
}

/** A grader that fails since somebody changed it is no fault of ours. */
function explainTampering(
  error: Error,
  name: ExerciseName,
  tampering: readonly string[],
): Error {
  const isOther = error instanceof ReplayCodeError || error.name === 'AbortError';
  if (tampering.length === 0 || isOther) return error;
  return new UsageError(
    `${tampering.join('; ')}. So the checks of ${name} cannot be run, nor listed: put back what was handed out`,
  );
}

/** For commands that are not about the run: what the student's code prints is not shown. */
export const quietly: GradeOptions = { print: () => {} };

/** The report on a student's file, for a terminal; given `rows` it says what has room there. */
export function formatGrading(
  grading: Grading,
  { isReplay = false, width = terminalWidth(), rows = Infinity } = {},
): string {
  const { name, results, tampering, notes } = grading;
  const file = `exercises/${name}/${name}.ts`;
  const options = { width, rows, exercise: name, tampering, notes, isReplay };
  return formatBriefReport(entryOf(name).title, file, results, options);
}

/** What its grader says of an exercise, hints included. */
export async function loadExercise(name: ExerciseName): Promise<Exercise> {
  try {
    return (await import(pathToFileURL(graderOf(name)).href)).default;
  } catch (error) {
    throw explainTampering(error as Error, name, findTampering(name));
  }
}

/** Columns to write in: prose is not read more easily on wider ones. */
export function terminalWidth(max = 100): number {
  return readableWidth(process.stdout.columns, max);
}

/** The same of a terminal that has so many columns now. */
export function readableWidth(columns = 80, max = 100): number {
  return Math.max(40, Math.min(columns || 80, max));
}
