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
  /** A question first, then the concept, then nearly the code. */
  readonly hints: readonly string[];
  /**
   * Resolves when the property holds, with what has been explored, if it explores; rejects
   * with a CheckFailure that explains, otherwise.
   */
  run(subject: Subject, options: CheckOptions): Promise<Explored> | Promise<void>;
}

/** What a check is asked to do beyond its usual work. */
export interface CheckOptions {
  /** Run this one schedule instead of searching: the `code` of an earlier failure. */
  readonly replay?: string | undefined;
  /** Explore ten times as many schedules, and 20 seeds: what our own solutions must bear. */
  readonly isThorough?: boolean | undefined;
}

/** What a check that explores schedules has seen, as one line for a person. */
export interface Explored {
  /** How many schedules, under which faults: `289 schedules: at most 1 loss, 1 copy`. */
  readonly explored: string;
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
  /** The code did not load, or did not live to be judged: nothing else is known of it. */
  readonly isUnjudged?: true | undefined;
  /** The smallest schedule that fails, where schedules were explored. */
  readonly schedule?: FailingSchedule | undefined;
}

/** A schedule on which a check failed, so that people can see it and run it again. */
export interface FailingSchedule {
  /** What `--replay` takes: stable over runs and machines. */
  readonly code: string;
  /** `the smallest of 3 schedules, 1 early retry; at most 1 loss, 1 copy`. */
  readonly summary: string;
  /** A space-time diagram, lines of at most 78 columns. */
  readonly diagram: string;
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

/**
 * Thrown by a check that cannot read the `--replay` code which it was given; the message says
 * why. Told by its name, so that a room below this one can throw an error of its own.
 */
export class ReplayCodeError extends Error {
  override readonly name = 'ReplayCodeError';
}

export type CheckResult = {
  readonly id: string;
  readonly sentence: string;
  readonly slide: string;
  readonly points: number;
} & (
  | { readonly status: 'pass'; readonly explored?: string | undefined }
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
