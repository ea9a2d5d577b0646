/**
 * What a check is and what becomes of it. Every output format is derived from these records.
 *
 * Source: the model is check50's: checks depend on each other; pass, fail, or not run because
 * another one failed; the grader's own error is nobody's failure.
 */

/** One property of a student's program, worth points. `Subject` is what the program exports. */
export interface Check<Subject> {
  /** Kebab-case, stable: `half-the-round-trip`. */
  readonly id: string;
  /** What holds when it passes, as a sentence of at most 53 characters, without a full stop. */
  readonly sentence: string;
  readonly points: number;
  /** Title of the slide that explains it. */
  readonly slide: string;
  /** The check that must pass before this one says anything. */
  readonly waitsOn?: string;
  /** Resolves when the property holds; rejects with a CheckFailure that explains, otherwise. */
  run(subject: Subject): Promise<void>;
}

/** An exercise as its grader describes it. */
export interface Exercise<Subject = unknown> {
  /** Folder and file name: `cristian`. */
  readonly name: string;
  /** The names that the student's module must export as functions or classes. */
  readonly exports: readonly string[];
  readonly checks: readonly Check<Subject>[];
}

/** How a check failed, for a person. Every part is a sentence or a few lines. */
export interface Explanation {
  readonly did: string;
  readonly saw: string;
  readonly expected: string;
  /** A mistake that this looks like, if the grader knows one. */
  readonly mistake?: string | undefined;
}

/** Thrown by a check whose property does not hold. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly explanation: Explanation;

  constructor(explanation: Explanation) {
    super(explanation.saw);
    this.explanation = explanation;
  }
}

export type CheckResult = {
  readonly id: string;
  readonly sentence: string;
  readonly slide: string;
  readonly points: number;
} & (
  | { readonly status: 'pass' }
  | { readonly status: 'fail'; readonly explanation: Explanation }
  /** `on`: the id of the check that has to pass first. */
  | { readonly status: 'waits'; readonly on: string }
);

export function earnedPoints(results: readonly CheckResult[]): number {
  return results.reduce(
    (sum, { status, points }) => sum + (status === 'pass' ? points : 0),
    0,
  );
}

export function totalPoints(results: readonly CheckResult[]): number {
  return results.reduce((sum, { points }) => sum + points, 0);
}
