/**
 * The graders graded: each known wrong answer fails first on the check that names its mistake,
 * several different correct answers pass, and no check is idle.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CheckResult, type Exercise, totalPoints } from '../../src/grading/check.ts';
import { listChaffs, listVariants } from '../../src/grading/corpus.ts';
import { entryOf, exerciseNames, fileOf, graderOf } from '../../src/grading/manifest.ts';
import { runChecks } from '../../src/grading/run-checks.ts';

const root = resolve(import.meta.dirname, '../..');

/** Grades in this process; what needs a process of its own is tested in grade.test.ts. */
async function grade(exercise: Exercise, file: string): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const subject = await import(file);
  await runChecks(exercise, subject, {
    begin: () => {},
    end: (result) => results.push(result),
  });
  return results;
}

describe.each(exerciseNames)('%s', async (name) => {
  const exercise: Exercise = (await import(graderOf(name))).default;
  const { isSolved = false } = entryOf(name);
  const chaffs = listChaffs(name);
  const correct = [
    fileOf('solutions', name),
    ...listVariants(name).map(({ file }) => file),
  ];

  test('points sum to 100, ids and sentences are unique and fit a line', () => {
    const { checks } = exercise;
    expect(exercise.name).toBe(name);
    expect(checks.reduce((sum, { points }) => sum + points, 0)).toBe(100);
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    for (const { sentence } of checks)
      expect(sentence.length, sentence).toBeLessThanOrEqual(53);
  });

  test('every check has hints that lead on; only the last quotes the solution, in parts', () => {
    const lines = readFileSync(fileOf('solutions', name), 'utf8')
      .split('\n')
      .map((line) => line.trim().replace(/;$/, ''))
      .filter((line) => line.length >= 12 && !/^(?:\/?\*|\/\/)/.test(line));
    const all = exercise.checks.flatMap(({ hints }) => hints);
    expect(new Set(all).size).toBe(all.length);
    for (const { id, hints } of exercise.checks) {
      expect(hints.length, id).toBeGreaterThanOrEqual(2);
      expect(hints[0], 'the first one asks').toContain('?');
      for (const [i, hint] of hints.entries()) {
        expect(hint.trim().length, hint).toBeGreaterThan(20);
        const quoted = lines.filter((line) => hint.includes(line));
        expect(quoted.length, hint).toBeLessThanOrEqual(i === hints.length - 1 ? 2 : 0);
      }
    }
  });

  test.each(correct)('%s passes every check', async (file) => {
    const results = await grade(exercise, file);
    const failed = results.filter(({ status }) => status !== 'pass');
    expect(failed).toEqual([]);
    expect(totalPoints(results)).toBe(100);
  });

  test('the solution bears ten times as many schedules, and 20 seeds', async () => {
    const subject = await import(fileOf('solutions', name));
    for (const check of exercise.checks) await check.run(subject, { isThorough: true });
  });

  test.each(chaffs)('$name fails on the check that names its mistake', async (chaff) => {
    const results = await grade(exercise, chaff.file);
    const failure = results.find(({ status }) => status === 'fail');
    expect(failure?.id).toBe(chaff.fails);
    const { saw, expected, mistake } = (
      failure as { explanation: never } & typeof failure
    ).explanation as Record<string, string | undefined>;
    expect(saw).toBeTruthy();
    expect(expected).toBeTruthy();
    if (chaff.looksLike !== undefined) expect(mistake).toContain(chaff.looksLike);
  });

  test('every check is needed by a wrong answer, and there are enough of both kinds', () => {
    const named = new Set(chaffs.map(({ fails }) => fails));
    expect([...named].sort()).toEqual(exercise.checks.map(({ id }) => id).sort());
    expect(chaffs.length).toBeGreaterThanOrEqual(isSolved ? 3 : 8);
    expect(correct.length).toBeGreaterThanOrEqual(3);
  });

  test('exercise and solution mirror each other; the stub has one TODO', () => {
    const [stub, solution] = [fileOf('exercises', name), fileOf('solutions', name)].map(
      (file) => readFileSync(file, 'utf8'),
    ) as [string, string];
    const signatures = (text: string) =>
      [...text.matchAll(/^(?:export|import).*$|^ {2}(?:async )?\w+\(.*$/gm)].map(
        ([line]) => line,
      );
    expect(signatures(solution)).toEqual(expect.arrayContaining(signatures(stub)));
    if (isSolved) expect(stub).toBe(solution);
    else expect(stub.match(/\/\/ TODO/g)).toHaveLength(1);
    expect(solution).not.toContain('TODO');
  });

  test('the README is short, and right about the size of the solution', () => {
    const readme = readFileSync(join(root, 'exercises', name, 'README.md'), 'utf8');
    expect(readme.split('\n').length).toBeLessThanOrEqual(41);
    const countCode = (file: string) =>
      readFileSync(file, 'utf8')
        .replace(/\/\*.*?\*\//gs, '')
        .split('\n')
        .filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
    const [size, stubSize] = [fileOf('solutions', name), fileOf('exercises', name)].map(
      countCode,
    ) as [number, number];
    const beyond = isSolved ? '' : `, ${size - stubSize} more than the stub`;
    expect(readme).toContain(`${size} lines of code${beyond}`);
  });
});
