/**
 * Runs the checks of an exercise on one module, in order; a check waits where the one it
 * builds on has not passed. Whatever student code throws, now or unobserved, is a failed check
 * with an explanation, never the end of the grading.
 */
import { DeadlockError } from '../sim/virtual-time.ts';
import {
  type Check,
  CheckFailure,
  type CheckOptions,
  type CheckResult,
  type Exercise,
  type Explanation,
  ReplayCodeError,
} from './check.ts';
import { describeError } from './student-error.ts';

/** Tells of each check when it begins and when it has its result. */
export interface Progress {
  begin(id: string): void;
  end(result: CheckResult): void;
}

/** One schedule of one check, as a failure has named it. */
export interface Replay {
  readonly checkId: string;
  readonly code: string;
}

/** Captured before a simulated world, or a student, can replace them. */
const realSetImmediate = setImmediate;
const RealPromise = Promise;

/** Runs all checks, or with `replay` only that schedule of that check, whatever it waits on. */
export async function runChecks<Subject>(
  { checks }: Exercise<Subject>,
  subject: Subject,
  progress: Progress,
  replay?: Replay,
): Promise<void> {
  if (replay) {
    const check = checks.find(({ id }) => id === replay.checkId);
    if (!check) throw new ReplayCodeError(`there is no check ${replay.checkId}`);
    progress.begin(check.id);
    const outcome = await runCheck(check, subject, { replay: replay.code });
    progress.end({ ...summarise(check), ...outcome });
    return;
  }
  const passed = new Set<string>();
  for (const check of checks) {
    if (check.waitsOn !== undefined && !passed.has(check.waitsOn)) {
      progress.end({ ...summarise(check), status: 'waits', on: check.waitsOn });
      continue;
    }
    progress.begin(check.id);
    const outcome = await runCheck(check, subject, {});
    if (outcome.status === 'pass') passed.add(check.id);
    progress.end({ ...summarise(check), ...outcome });
  }
}

/** Results for an exercise none of whose checks could run: the first fails, the others wait. */
export function failAll(exercise: Exercise, explanation: Explanation): CheckResult[] {
  const first = exercise.checks[0]?.id ?? '';
  return exercise.checks.map((check) =>
    check.id === first
      ? { ...summarise(check), status: 'fail', explanation }
      : { ...summarise(check), status: 'waits', on: first },
  );
}

function summarise({ id, sentence, slide, points }: Check<never>) {
  return { id, sentence, slide, points };
}

type Outcome =
  | { readonly status: 'pass'; readonly explored?: string | undefined }
  | { readonly status: 'fail'; readonly explanation: Explanation };

async function runCheck<Subject>(
  check: Check<Subject>,
  subject: Subject,
  options: CheckOptions,
): Promise<Outcome> {
  const unobserved: unknown[] = [];
  const observe = (error: unknown) => unobserved.push(error);
  process.on('unhandledRejection', observe);
  process.on('uncaughtException', observe);
  try {
    const report = await check.run(subject, options);
    await nextTurn();
    if (unobserved.length > 0) return fail(explainUnobserved(unobserved[0]));
    return { status: 'pass', explored: report ? report.explored : undefined };
  } catch (error) {
    if (options.replay !== undefined && isRefusal(error)) throw error;
    if (!(error instanceof CheckFailure)) return fail(explainThrown(error));
    await nextTurn();
    const { explanation } = error;
    if (unobserved.length === 0) return fail(explanation);
    const { saw } = explainUnobserved(unobserved[0]);
    const mistake = explanation.mistake ? `${saw}\n${explanation.mistake}` : saw;
    return fail({ ...explanation, mistake });
  } finally {
    process.off('unhandledRejection', observe);
    process.off('uncaughtException', observe);
  }
}

/** An error that nobody observes is told of when the turn is over. */
function nextTurn(): Promise<void> {
  return new RealPromise((resolve) => realSetImmediate(resolve));
}

/** Whether a check could not read its replay code. Never throws. */
export function isRefusal(error: unknown): error is Error {
  try {
    return error instanceof Error && error.name === 'ReplayCodeError';
  } catch {
    return false;
  }
}

function fail(explanation: Explanation): Outcome {
  return { status: 'fail', explanation };
}

function explainThrown(error: unknown): Explanation {
  return {
    did: 'ran your code',
    saw: describeError(error),
    expected: 'no error',
    mistake:
      error instanceof DeadlockError
        ? 'a promise that nobody resolves; only the globals setTimeout, Date.now and performance.now belong to the simulated machine'
        : undefined,
  };
}

function explainUnobserved(error: unknown): Explanation {
  return {
    did: 'ran your code',
    saw: `${describeError(error)}, in a promise or a callback that nobody waited for`,
    expected: 'every promise is awaited, so that its error reaches the caller',
    mistake: 'an await is missing, inside your functions or at the end of your file',
  };
}
