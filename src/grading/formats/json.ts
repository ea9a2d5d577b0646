/**
 * Everything, for scripts: `{ version, exercises, points, maxPoints }` of the working tree;
 * `{ version, students, summary }` of a class, with the same for each student.
 *
 * Source: a check is told as check50 tells it: passed is true, false, or null where it waits.
 */
import type { CheckResult } from '../check.ts';
import { summariseClass } from '../class-summary.ts';
import { diagramOf, explainResult, nameAwaited } from '../explanation-text.ts';
import { type GradedExercise, type GradeReport, pointsOf } from '../graded.ts';
import { toPlain } from '../plain-text.ts';

export function formatJson({ students, isClass }: GradeReport): string {
  const told = students.map(({ who, exercises }) => ({
    ...(isClass ? { who } : {}),
    exercises: exercises.map(describeExercise),
    ...describePoints(exercises),
  }));
  const report = isClass
    ? { version: 1, students: told, summary: summariseClass(students) }
    : { version: 1, ...told[0] };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function describePoints(exercises: readonly GradedExercise[]) {
  const { earned, total } = pointsOf(exercises);
  return { points: earned, maxPoints: total };
}

function describeExercise(exercise: GradedExercise) {
  const { name, title, file, kind } = exercise;
  if (kind === 'not-graded') {
    return { name, title, file, graded: false, reason: exercise.reason, checks: [] };
  }
  return {
    name,
    title,
    file,
    graded: true,
    problem: exercise.problem ?? null,
    ...describePoints([exercise]),
    checks: exercise.results.map((result) => describeCheck(result, exercise.results)),
  };
}

function describeCheck(result: CheckResult, others: readonly CheckResult[]) {
  return {
    name: result.id,
    description: result.sentence,
    passed: { pass: true, fail: false, waits: null }[result.status],
    points: result.status === 'pass' ? result.points : 0,
    maxPoints: result.points,
    slide: result.slide,
    log: explainResult(result, others).map(([name, text]) => `${name}: ${text}`),
    cause: describeCause(result, others),
    dependency: result.status === 'waits' ? result.on : null,
    schedule: describeSchedule(result),
  };
}

/** Why it did not pass; null: it did. */
function describeCause(result: CheckResult, others: readonly CheckResult[]) {
  if (result.status === 'pass') return null;
  if (result.status === 'waits') {
    return { rationale: `waits for ${nameAwaited(result.on, others)}` };
  }
  const { did, saw, expected, mistake } = result.explanation;
  return {
    rationale: toPlain(did),
    expected: toPlain(expected),
    actual: toPlain(saw),
    mistake: mistake === undefined ? null : toPlain(mistake),
  };
}

function describeSchedule(result: CheckResult) {
  if (result.status === 'fail') {
    const { schedule } = result.explanation;
    return schedule ? { ...schedule, diagram: diagramOf(result) } : null;
  }
  const explored = result.status === 'pass' ? result.explored : undefined;
  return explored === undefined ? null : { explored };
}
