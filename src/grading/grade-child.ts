/**
 * The process that runs a student's code: it loads the grader and the student's file, runs
 * the checks and tells its parent about each. The parent ends it when it takes too long.
 *
 *     node --import tsx grade-child.ts <grader module> <student's module>
 */
import { pathToFileURL } from 'node:url';
import type { CheckResult, Exercise, Explanation } from './check.ts';
import { describeError, failAll, runChecks } from './run-checks.ts';

/** What the parent is told, in this order: the checks, then each beginning and end. */
export type GradeMessage =
  | { readonly type: 'checks'; readonly all: readonly CheckResult[] }
  | { readonly type: 'begin'; readonly id: string }
  | { readonly type: 'end'; readonly result: CheckResult }
  | { readonly type: 'over' };

// Taken before any student's code runs, and out of its reach: the way to the parent, and the
// checks as they are.
const send = process.send?.bind(process);
Object.assign(process, { send: undefined });
const [graderFile = '', studentFile = ''] = process.argv.slice(2);
const graded: Exercise = (await import(pathToFileURL(graderFile).href)).default;
const exercise = { ...graded, checks: graded.checks.map((check) => ({ ...check })) };
const notReached = { did: 'ran the checks', saw: '', expected: '' };
say({ type: 'checks', all: failAll(exercise, notReached) });

const loaded = await load(studentFile);
if ('problem' in loaded) {
  for (const result of failAll(exercise, loaded.problem)) say({ type: 'end', result });
} else {
  await runChecks(exercise, loaded.subject, {
    begin: (id) => say({ type: 'begin', id }),
    end: (result) => say({ type: 'end', result }),
  });
}
// Not before the last message has left: whatever the student left running ends here.
send?.({ type: 'over' } satisfies GradeMessage, () =>
  process.kill(process.pid, 'SIGKILL'),
);

async function load(
  file: string,
): Promise<{ subject: unknown } | { problem: Explanation }> {
  const did = `loaded ${file}`;
  try {
    const subject = await import(pathToFileURL(file).href);
    const missing = exercise.exports.filter(
      (name) => typeof subject[name] !== 'function',
    );
    if (missing.length === 0) return { subject };
    const saw = `it exports no ${missing.join(', no ')}`;
    const expected = `export ${exercise.exports.join(' and ')}, as in the stub`;
    return { problem: { did, saw, expected } };
  } catch (error) {
    const expected = 'a module that loads';
    return { problem: { did, saw: firstLines(describeError(error)), expected } };
  }
}

/** A compiler's message is several lines; the first ones say what and where. */
function firstLines(message: string): string {
  return message.split('\n').slice(0, 3).join(' ').trim();
}

function say(message: GradeMessage): void {
  send?.(message);
}
