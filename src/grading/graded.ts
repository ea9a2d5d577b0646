/**
 * What became of an exercise, of a student, of a class: the one record behind every format.
 * A grader that failed is a third thing, beside points and no points: nobody's mark.
 */
import { type CheckResult, earnedPoints, totalPoints } from './check.ts';

/** One exercise of one student. */
export type GradedExercise = {
  readonly name: string;
  readonly title: string;
  /** The graded file, as a person would name it. */
  readonly file: string;
} & (
  | {
      readonly kind: 'graded';
      /** One for each check, always. */
      readonly results: readonly CheckResult[];
      /** One sentence, where there was nothing to run: no file, several, one that does not compile. */
      readonly problem?: string | undefined;
    }
  /** The grader itself failed. `reason` is one sentence. */
  | { readonly kind: 'not-graded'; readonly reason: string }
);

/** The exercises of one student; of the working tree, where `who` is undefined. */
export interface GradedStudent {
  readonly who: string | undefined;
  readonly exercises: readonly GradedExercise[];
}

/** All that one command has graded. */
export interface GradeReport {
  readonly students: readonly GradedStudent[];
  /** Whether these are submissions, with names, or the one working tree. */
  readonly isClass: boolean;
}

export interface Points {
  readonly earned: number;
  /** Of what was graded: an exercise whose grader failed counts on neither side. */
  readonly total: number;
}

export function pointsOf(exercises: readonly GradedExercise[]): Points {
  const results = exercises.flatMap((one) => (one.kind === 'graded' ? one.results : []));
  return { earned: earnedPoints(results), total: totalPoints(results) };
}

/** 0: all points; 1: some are missing; 2: a grader failed. A class needs only to be graded. */
export function exitCodeOf({ students, isClass }: GradeReport): 0 | 1 | 2 {
  const exercises = students.flatMap((student) => student.exercises);
  if (exercises.some(({ kind }) => kind === 'not-graded')) return 2;
  const { earned, total } = pointsOf(exercises);
  return isClass || earned === total ? 0 : 1;
}

/** An exercise within a report, with the words that tell it from the others. */
export interface Place {
  readonly exercise: GradedExercise;
  /** `ann: cristian: `, or nothing where there is only one. */
  readonly prefix: string;
}

/** Every exercise of every student, in order, for formats that are one flat list. */
export function listPlaces({ students, isClass }: GradeReport): Place[] {
  return students.flatMap(({ who, exercises }) =>
    exercises.map((exercise) => {
      const student = isClass ? `${who}: ` : '';
      const name = exercises.length > 1 ? `${exercise.name}: ` : '';
      return { exercise, prefix: student + name };
    }),
  );
}
