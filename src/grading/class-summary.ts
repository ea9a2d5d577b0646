/**
 * What a lecturer wants to know of a class: which check stops most students, which mistake is
 * made most often. What could not be run at all is told apart: it says nothing of a check.
 */
import type { CheckResult } from './check.ts';
import type { GradedExercise, GradedStudent } from './graded.ts';
import { toLine } from './plain-text.ts';

export interface FailedCheck {
  readonly exercise: string;
  readonly id: string;
  readonly sentence: string;
  /** Students whose program failed it. */
  readonly students: number;
}

export interface MadeMistake {
  readonly exercise: string;
  readonly mistake: string;
  readonly students: number;
}

/** Whose exercise could not be run or not be graded, and why. */
export interface Trouble {
  readonly who: string;
  readonly exercise: string;
  readonly sentence: string;
}

export interface ClassSummary {
  /** Most frequent first; equal ones in the order of the lecture. */
  readonly failedChecks: readonly FailedCheck[];
  readonly mistakes: readonly MadeMistake[];
  readonly problems: readonly Trouble[];
  readonly notGraded: readonly Trouble[];
}

export function summariseClass(students: readonly GradedStudent[]): ClassSummary {
  const checks = new Map<string, FailedCheck>();
  const mistakes = new Map<string, MadeMistake>();
  for (const exercise of inLectureOrder(students)) {
    const { name } = exercise;
    const results = listResults(exercise);
    for (const { id, sentence, status } of results) {
      // Also those that nobody fails: so they keep the order of the lecture.
      const failed = status === 'fail' ? 1 : 0;
      count(checks, `${name}/${id}`, { exercise: name, id, sentence }, failed);
    }
    for (const mistake of new Set(results.flatMap(mistakeOf))) {
      count(mistakes, `${name}/${mistake}`, { exercise: name, mistake }, 1);
    }
  }
  return {
    failedChecks: sortByStudents(checks),
    mistakes: sortByStudents(mistakes),
    problems: listTroubles(students, (one) =>
      one.kind === 'graded' ? one.problem : undefined,
    ),
    notGraded: listTroubles(students, (one) =>
      one.kind === 'not-graded' ? one.reason : undefined,
    ),
  };
}

/** All of the first exercise, then all of the second one. */
function inLectureOrder(students: readonly GradedStudent[]): GradedExercise[] {
  const count = students[0]?.exercises.length ?? 0;
  return Array.from({ length: count }, (_, i) =>
    students.flatMap(({ exercises }) => exercises[i] ?? []),
  ).flat();
}

function listResults(exercise: GradedExercise): readonly CheckResult[] {
  const wasRun = exercise.kind === 'graded' && exercise.problem === undefined;
  return wasRun ? exercise.results : [];
}

function mistakeOf(result: CheckResult): string[] {
  const mistake = result.status === 'fail' ? result.explanation.mistake : undefined;
  return mistake === undefined ? [] : [withoutPlaces(toLine(mistake))];
}

/** The same mistake in another line is the same mistake: `file.ts:28, :30` says whose it is. */
function withoutPlaces(mistake: string): string {
  const place = String.raw`[^\s()]*\.[cm]?[jt]s:\d+(?:, :\d+)*`;
  return mistake
    .replace(new RegExp(String.raw` ?\((?:in [\w$.#]+, )?${place}\)`, 'g'), '')
    .replace(new RegExp(`(?:[:;][^:;]*)?[:;] ${place}`, 'g'), '');
}

function count<Entry extends { students: number }>(
  entries: Map<string, Entry>,
  key: string,
  entry: Omit<Entry, 'students'>,
  more: number,
): void {
  const students = (entries.get(key)?.students ?? 0) + more;
  entries.set(key, { ...entry, students } as Entry);
}

/** Sorting is stable: equal counts keep the order of the lecture. */
function sortByStudents<Entry extends { students: number }>(
  entries: Map<string, Entry>,
): Entry[] {
  return [...entries.values()]
    .filter(({ students }) => students > 0)
    .sort((a, b) => b.students - a.students);
}

function listTroubles(
  students: readonly GradedStudent[],
  tell: (exercise: GradedExercise) => string | undefined,
): Trouble[] {
  return students.flatMap(({ who = '', exercises }) =>
    exercises.flatMap((exercise) => {
      const sentence = tell(exercise);
      return sentence === undefined ? [] : [{ who, exercise: exercise.name, sentence }];
    }),
  );
}
