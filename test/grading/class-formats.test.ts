/** A class of every kind of student, graded once; each format is read back and says the same. */
import { Parser } from 'tap-parser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FormatName, loadFormat } from '../../src/grading/formats/index.ts';
import { gradeStudents } from '../../src/grading/grade-students.ts';
import type { GradeReport } from '../../src/grading/graded.ts';
import { parseClassroom } from './classroom-format.ts';
import { parseGradescope } from './gradescope-format.ts';
import {
  ClassFolder,
  interruptCristian,
  readChaff,
  readSolution,
  readStub,
} from './submissions.ts';
import { findAll, parseXml } from './xml.ts';

const handedIn: readonly [who: string, code: string | undefined, points: number][] = [
  ['solution', readSolution('cristian'), 100],
  ['stub', readStub('cristian'), 0],
  ['chaff', readChaff('cristian', 'subtracts-half'), 15],
  ['syntax error', 'export async function SyncTime( {', 0],
  ['missing', undefined, 0],
  ['process.exit', interruptCristian('process.exit(0)'), 70],
  ['endless loop', interruptCristian('while (true)'), 70],
];
const pointsOfAll = handedIn.reduce((sum, [, , points]) => sum + points, 0);

const group = new ClassFolder();
afterAll(() => group.remove());

let report: GradeReport;
beforeAll(async () => {
  const students = handedIn.map(([who, code]) => {
    const files: Record<string, string> =
      code === undefined ? {} : { 'cristian.ts': code };
    return { who, folder: group.handIn(who, files) };
  });
  const graded = await gradeStudents(students, ['cristian'], { jobs: 2 });
  report = { students: graded, isClass: true };
});

async function write(format: FormatName, students = report.students): Promise<string> {
  return (await loadFormat(format))({ ...report, students });
}

function sum(scores: readonly { score: number }[]): number {
  return scores.reduce((total, { score }) => total + score, 0);
}

test('JSON', async () => {
  const { students, summary } = JSON.parse(await write('json'));
  expect(students.map(({ points }: { points: number }) => points)).toEqual(
    handedIn.map(([, , points]) => points),
  );
  expect(summary.failedChecks[0]).toMatchObject({ id: 'best-sample', students: 2 });
  expect(summary.problems.map(({ who }: { who: string }) => who)).toEqual([
    'syntax error',
    'missing',
  ]);
});

test.each(handedIn)('Gradescope and Classroom: %s', async (who, _code, points) => {
  const students = report.students.filter((student) => student.who === who);
  const { tests } = parseGradescope(await write('gradescope', students));
  expect(sum(tests)).toBe(points);
  expect(tests.map(({ max_score }) => max_score)).toEqual([
    5, 10, 20, 10, 15, 10, 15, 15,
  ]);
  for (const { status, score, max_score } of tests)
    expect(status).toBe(score === max_score ? 'passed' : 'failed');
  const results = parseClassroom(await write('classroom', students));
  expect([sum(results.tests), results.max_score]).toEqual([points, 100]);
});

test('Gradescope and Classroom: all at once', async () => {
  const { tests } = parseGradescope(await write('gradescope'));
  expect(sum(tests)).toBe(pointsOfAll);
  expect(new Set(tests.map(({ name }) => name)).size).toBe(8 * handedIn.length);
  expect(sum(parseClassroom(await write('classroom')).tests)).toBe(pointsOfAll);
});

test('JUnit', async () => {
  const suites = parseXml(await write('junit'));
  expect(suites.attributes).toMatchObject({ tests: '56', failures: '6', errors: '0' });
  expect(findAll(suites, 'failure')).toHaveLength(6);
  expect(findAll(suites, 'skipped')).toHaveLength(Number(suites.attributes.skipped));
});

test('TAP', async () => {
  const events = Parser.parse(await write('tap'), { strict: true }) as [string, object][];
  const points = events.filter(([name]) => name === 'assert').map(([, point]) => point);
  expect(points).toHaveLength(56);
  expect(events.filter(([name]) => name === 'extra')).toEqual([]);
  const earned = points.map(
    ({ diag }: { diag?: { points: number } }) => diag?.points ?? 0,
  );
  expect(earned.reduce((total, one) => total + one, 0)).toBe(pointsOfAll);
});
