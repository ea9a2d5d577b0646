/**
 * What a runner of GitHub Classroom puts into `<RUNNER-ID>_RESULTS`: one line, base64 of JSON.
 * The points of the mark are the sum of the scores. (The table that the reporter prints in its
 * log counts passed tests instead, as if all weighed the same; it is not the mark.) An exercise
 * whose grader failed has the status `error` and adds nothing to `max_score`.
 *
 * Source: classroom-resources/autograding-grading-reporter, src/main.js, src/notify-classroom.js.
 */
import type { CheckResult } from '../check.ts';
import { explainResult } from '../explanation-text.ts';
import {
  exitCodeOf,
  type GradeReport,
  listPlaces,
  type Place,
  pointsOf,
} from '../graded.ts';

export function formatClassroom(report: GradeReport): string {
  const { earned, total } = pointsOf(report.students.flatMap((one) => one.exercises));
  const verdict = earned === total ? 'pass' : 'fail';
  const results = {
    version: 1,
    status: exitCodeOf(report) === 2 ? 'error' : verdict,
    max_score: total,
    tests: listPlaces(report).flatMap(listTests),
  };
  return `${Buffer.from(JSON.stringify(results)).toString('base64')}\n`;
}

function listTests({ exercise, prefix }: Place) {
  const { name, file } = exercise;
  const place = {
    test_code: `npm test exercises/${name}`,
    filename: file,
    line_no: 0,
    execution_time: 0,
  };
  if (exercise.kind === 'not-graded') {
    const message = `not graded: ${exercise.reason}`;
    return [{ name: `${prefix}${name}`, status: 'error', score: 0, message, ...place }];
  }
  const { results } = exercise;
  return results.map((result) => ({
    name: prefix + result.sentence,
    status: result.status === 'pass' ? 'pass' : 'fail',
    score: result.status === 'pass' ? result.points : 0,
    message: formatMessage(result, results),
    ...place,
  }));
}

function formatMessage(result: CheckResult, others: readonly CheckResult[]): string {
  const rows = explainResult(result, others);
  return rows.map(([name, text]) => `${name}: ${text}`).join('\n');
}
