/**
 * The process that runs a student's code: it loads the grader and the student's file, runs
 * the checks and tells its parent about each. The parent ends it when it takes too long.
 *
 *     node grade-child.ts.mjs <grader module> <student's module> [<check> <code>]
 */
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type { CheckResult, Exercise, Explanation } from './check.ts';
import { loadSubject } from './load-subject.ts';
import { lockModules, lockSignals } from './locked-builtins.ts';
import { failAll, isRefusal, runChecks } from './run-checks.ts';
import type { Pulse } from './stall.ts';
import { describeError, findFrame } from './student-error.ts';

/**
 * What the parent is told, in this order: the checks, when the grader has loaded, or why it
 * has not; then each
 * beginning and end, or why the replay is refused; then that it is over. A pulse may come at
 * any time, as long as the process can do anything at all.
 */
export type GradeMessage =
  | { readonly type: 'checks'; readonly all: readonly CheckResult[] }
  | { readonly type: 'broken'; readonly why: string }
  | { readonly type: 'pulse'; readonly pulse: Pulse }
  | { readonly type: 'begin'; readonly id: string }
  | { readonly type: 'end'; readonly result: CheckResult }
  | { readonly type: 'refused'; readonly why: string }
  | { readonly type: 'over' };

// Taken before any student's code runs, and out of its reach: the way to the parent, and the
// checks as they are.
const send = process.send?.bind(process);
const RealPromise = Promise;
Object.assign(process, { send: undefined });
const [graderFile = '', studentFile = '', checkId, code = ''] = process.argv.slice(2);
const replay = checkId === undefined ? undefined : { checkId, code };
const exercise = await loadGrader();
const notReached = { did: 'ran the checks', saw: '', expected: '' };
// From here on the student's code may do what it likes: this much has left before.
await say({ type: 'checks', all: failAll(exercise, notReached) });

const beat = setInterval(() => say({ type: 'pulse', pulse: feelPulse() }), 250).unref();

lockSignals();
if (!('permission' in process)) lockModules();

const loaded = await loadSubject(studentFile, exercise.exports);
try {
  if ('problem' in loaded) {
    const problem: Explanation = { ...loaded.problem, isUnjudged: true };
    for (const result of failAll(exercise, problem)) say({ type: 'end', result });
  } else {
    const begin = (id: string) => say({ type: 'begin', id });
    const end = (result: CheckResult) => say({ type: 'end', result });
    await runChecks(exercise, loaded.subject, { begin, end }, replay);
  }
} catch (error) {
  if (!isRefusal(error)) throw error;
  say({ type: 'refused', why: error.message });
}
clearInterval(beat);
// Not before the last message has left: whatever the student left running ends here.
await say({ type: 'over' });
process.kill(process.pid, 'SIGKILL');

/** A copy, which nobody else has. */
async function loadGrader(): Promise<Exercise> {
  try {
    const graded: Exercise = (await import(pathToFileURL(graderFile).href)).default;
    return { ...graded, checks: graded.checks.map((check) => ({ ...check })) };
  } catch (error) {
    const where = findFrame(error);
    await say({ type: 'broken', why: `${describeError(error)}${where}` });
    return process.exit(2);
  }
}

/** Resolves when the message has left this process. */
function say(message: GradeMessage): Promise<void> {
  return new RealPromise((resolve) => {
    if (send) send(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

function feelPulse(): Pulse {
  const { user, system } = process.cpuUsage();
  return {
    cpuMs: (user + system) / 1000,
    idleMs: performance.eventLoopUtilization().idle,
  };
}
