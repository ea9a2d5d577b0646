/** One record, six documents: each is read back by a reader that forgives nothing. */
import { stripVTControlCharacters } from 'node:util';
import { Parser } from 'tap-parser';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../src/grading/check.ts';
import { formatNames, loadFormat } from '../../src/grading/formats/index.ts';
import {
  exitCodeOf,
  type GradedExercise,
  type GradedStudent,
  type GradeReport,
} from '../../src/grading/graded.ts';
import { parseClassroom } from './classroom-format.ts';
import { parseGradescope } from './gradescope-format.ts';
import { findAll, parseXml } from './xml.ts';

const formats = Object.fromEntries(
  await Promise.all(
    formatNames.map(async (name) => [name, await loadFormat(name)] as const),
  ),
) as Record<(typeof formatNames)[number], (report: GradeReport) => string>;

const escapeCode = String.fromCharCode(27);
/** What a student may throw: colours, control characters, half a letter, markup, directives. */
const nasty = `${escapeCode}[31mred${escapeCode}[0m \0\u{1}\u{b}\u{85} \ud800 ]]> <&"'> # TODO\n...\n---\n\u{202e}`;
const diagram = '  client   server\n    │── a ──▶│';

const results: CheckResult[] = [
  {
    id: 'one',
    sentence: 'the first holds',
    slide: 'S1',
    points: 30,
    status: 'pass',
    explored: '289 schedules: at most 1 loss',
  },
  {
    id: 'two',
    sentence: 'each request runs at most once',
    slide: 'S2 & <T>',
    points: 50,
    status: 'fail',
    explanation: {
      did: 'sent it twice',
      saw: nasty,
      expected: 'once',
      mistake: 'no table # of replies',
      schedule: { code: '0.0.3', summary: 'the smallest of 3 schedules', diagram },
    },
  },
  {
    id: 'three',
    sentence: 'and # never again \\ at all',
    slide: 'S3',
    points: 20,
    status: 'waits',
    on: 'two',
  },
];

const failed: GradedExercise = {
  name: 'at-most-once',
  title: 'At most once',
  file: 'at-most-once.ts',
  kind: 'graded',
  results,
};
const passed: GradedExercise = {
  ...failed,
  name: 'wordcount',
  results: results.map(({ id, sentence, slide, points }) => ({
    id,
    sentence,
    slide,
    points,
    status: 'pass' as const,
  })),
};
const broken: GradedExercise = {
  name: 'cristian',
  title: 'Cristian',
  file: 'cristian.ts',
  kind: 'not-graded',
  reason: 'the grader failed: SIGKILL',
};
const missing: GradedExercise = { ...failed, problem: 'no at-most-once.ts' };

const one = { students: [{ who: undefined, exercises: [failed] }], isClass: false };
const all = {
  students: [{ who: undefined, exercises: [passed, failed, broken] }],
  isClass: false,
};
const group = {
  students: [
    { who: 'ann', exercises: [passed, failed] },
    { who: `bob ${nasty}`, exercises: [passed, missing] },
    { who: '王小明王小明王小明王小明王小明', exercises: [broken, failed] },
  ],
  isClass: true,
};

describe('Gradescope', () => {
  test('scores are those of the checks, and nothing contradicts them', () => {
    const { tests, ...rest } = parseGradescope(formats.gradescope(one));
    expect(rest).not.toHaveProperty('score');
    expect(
      tests.map(({ score, max_score, status }) => [score, max_score, status]),
    ).toEqual([
      [30, 30, 'passed'],
      [0, 50, 'failed'],
      [0, 20, 'failed'],
    ]);
    expect(tests.map(({ number }) => number)).toEqual(['1', '2', '3']);
  });

  test('a failure is a coloured text with the diagram, and can be replayed', () => {
    const [first, second, third] = parseGradescope(formats.gradescope(one)).tests;
    expect(first?.output).toContain('289 schedules: at most 1 loss');
    expect(second?.output_format).toBe('ansi');
    expect(second?.output).toContain(`${escapeCode}[36msaw`);
    expect(second?.output).not.toContain(`${escapeCode}[31m`);
    expect(second?.output).toContain(diagram);
    expect(second?.extra_data).toMatchObject({ check: 'two', replay: 'two:0.0.3' });
    const plain = stripVTControlCharacters(third?.output ?? '');
    expect(plain).toBe('waits for   check 2: each request runs at most once');
  });

  test('a grader that failed takes no points and says so', () => {
    const { tests, output } = parseGradescope(formats.gradescope(all));
    expect(tests.at(-1)).toMatchObject({ score: 0, max_score: 0, status: 'failed' });
    expect(tests.at(-1)?.output).toContain('not graded: the grader failed: SIGKILL');
    expect(tests.map(({ number }) => number).slice(0, 4)).toEqual([
      '1.1',
      '1.2',
      '1.3',
      '2.1',
    ]);
    expect(tests[3]?.name).toBe('at-most-once: the first holds');
    expect(output).toContain('at-most-once: 30 of 100 points');
  });

  test.each([
    ['an unknown key', { tests: [], points: 1 }],
    ['neither score nor tests', { output: 'x' }],
    ['a status that does not exist', { tests: [{ score: 0, status: 'skipped' }] }],
    ['a score as text', { tests: [{ score: '0' }] }],
    ['a test without a score', { tests: [{ name: 'x' }] }],
    ['an unknown key of a test', { tests: [{ score: 0, points: 1 }] }],
    ['an inherited key', { tests: [{ score: 0, constructor: 1 }] }],
    ['a visibility that does not exist', { tests: [], visibility: 'none' }],
  ])('its reader refuses %s', (_what, wrong) => {
    expect(() => parseGradescope(JSON.stringify(wrong))).toThrow();
  });
});

describe('GitHub Classroom', () => {
  test('the scores add up to the points', () => {
    const { status, max_score, tests } = parseClassroom(formats.classroom(one));
    expect({ status, max_score }).toEqual({ status: 'fail', max_score: 100 });
    expect(tests.map((t) => [t.status, t.score])).toEqual([
      ['pass', 30],
      ['fail', 0],
      ['fail', 0],
    ]);
    expect(tests[2]?.message).toBe('waits for: check 2: each request runs at most once');
    const full = { students: [{ who: undefined, exercises: [passed] }], isClass: false };
    expect(parseClassroom(formats.classroom(full)).status).toBe('pass');
  });

  test('an exercise whose grader failed is an error that costs nothing', () => {
    const { status, max_score, tests } = parseClassroom(formats.classroom(all));
    expect({ status, max_score }).toEqual({ status: 'error', max_score: 200 });
    expect(tests.at(-1)).toMatchObject({ status: 'error', score: 0 });
  });
});

describe('JUnit', () => {
  test('is well-formed, whatever a student has thrown', () => {
    const suites = parseXml(formats.junit(one));
    const counts = { tests: '3', failures: '1', errors: '0', skipped: '1' };
    expect(suites).toMatchObject({ name: 'testsuites', attributes: counts });
    expect(findAll(suites, 'testcase').map(({ attributes }) => attributes.name)).toEqual(
      results.map(({ sentence }) => sentence),
    );
    const [failure] = findAll(suites, 'failure');
    expect(failure?.attributes.message).toMatch(/^red .* \]\]> <&"'> # TODO/);
    expect(failure?.text).toContain(diagram);
    const [skipped] = findAll(suites, 'skipped');
    expect(skipped?.attributes.message).toContain('each request runs at most once');
  });

  test('a class has a suite for each exercise of each student; errors are no failures', () => {
    const suites = parseXml(formats.junit(group));
    const names = suites.children.map(({ attributes }) => attributes.name);
    expect(names[0]).toBe('ann: wordcount');
    expect(names).toHaveLength(6);
    expect(suites.attributes).toMatchObject({ errors: '1', tests: '16', failures: '3' });
    expect(findAll(suites, 'error')[0]?.attributes.message).toContain('SIGKILL');
  });
});

describe('TAP', () => {
  test('is read by another program, with its diagnostics', () => {
    const points = readTap(formats.tap(one));
    expect(points.map(({ ok, name, skip }) => [ok, name, skip])).toEqual([
      [true, 'the first holds', false],
      [false, 'each request runs at most once', false],
      [false, 'and # never again \\ at all', 'waits for 2'],
    ]);
    expect(points[1]?.diag).toMatchObject({
      check: 'two',
      points: 0,
      maxPoints: 50,
      expected: 'once',
      replay: '--replay two:0.0.3',
      diagram,
    });
  });

  test('an exercise whose grader failed is skipped', () => {
    const points = readTap(formats.tap(all));
    expect(points).toHaveLength(7);
    expect(points[6]).toMatchObject({ ok: false, name: 'cristian' });
    expect(points[6]?.skip).toContain('not graded');
  });

  interface TapPoint {
    ok: boolean;
    name: string;
    skip: string | boolean;
    diag: Record<string, unknown> | null;
  }

  function readTap(text: string): TapPoint[] {
    expect(text).toMatch(/^TAP version 14\n1\.\.\d+\n/);
    const events = Parser.parse(text, { strict: true }) as [string, unknown][];
    const extra = events.filter(([name]) => name === 'extra' || name === 'child');
    expect(extra, 'lines that are no TAP').toEqual([]);
    return events
      .filter(([name]) => name === 'assert')
      .map(([, point]) => point as TapPoint);
  }
});

describe('JSON', () => {
  test('tells a check as check50 does', () => {
    const { points, maxPoints, exercises } = JSON.parse(formats.json(one));
    expect({ points, maxPoints }).toEqual({ points: 30, maxPoints: 100 });
    const [first, second, third] = exercises[0].checks;
    expect(first).toMatchObject({ name: 'one', passed: true, points: 30, cause: null });
    expect(first.schedule.explored).toContain('289');
    expect(second).toMatchObject({ passed: false, points: 0, dependency: null });
    expect(second.cause).toMatchObject({
      rationale: 'sent it twice',
      expected: 'once',
      mistake: 'no table # of replies',
    });
    expect(second.schedule).toMatchObject({ code: '0.0.3', diagram });
    expect(third).toMatchObject({ passed: null, dependency: 'two' });
  });

  test('tells a class with its summary, and an exercise that was not graded', () => {
    const { students, summary } = JSON.parse(formats.json(group));
    expect(students.map(({ points }: { points: number }) => points)).toEqual([
      130, 130, 30,
    ]);
    expect(students[2].exercises[0]).toMatchObject({ graded: false, checks: [] });
    expect(summary.failedChecks).toEqual([
      {
        exercise: 'at-most-once',
        id: 'two',
        sentence: 'each request runs at most once',
        students: 2,
      },
    ]);
    expect(summary.mistakes[0]).toMatchObject({
      mistake: 'no table # of replies',
      students: 2,
    });
    expect(summary.problems[0].sentence).toBe('no at-most-once.ts');
    expect(summary.notGraded[0].exercise).toBe('cristian');
  });
});

describe('for people', () => {
  test('a class fits 80 columns, whatever people are called', () => {
    const text = stripVTControlCharacters(formats.pretty(group));
    expect(text).toMatch(/^ann +100 +30 +130$/m);
    expect(text).toMatch(/^王小明王小明王小明王小… {2,}\? +30 +30\?$/m);
    expect(text).toContain('  2 ×  at-most-once: each request runs at most once');
    const lines = text.split('\n');
    for (const line of lines) expect(columnsOf(line), line).toBeLessThanOrEqual(80);
    expect(text).not.toContain('\0');
  });

  test('nine exercises fit too: numbers stand for their names', () => {
    const names = [
      ...['wordcount', 'async-rpc', 'cristian', 'at-most-once', 'mapreduce'],
      ...['schedule', 'stragglers', 'lineage', 'sharding'],
    ];
    const exercises = names.map((name) => ({ ...passed, name }));
    const who = 'a name of more than thirty-two letters';
    const text = stripVTControlCharacters(
      formats.pretty({ students: [{ who, exercises }], isClass: true }),
    );
    expect(text).toContain('1 wordcount  2 async-rpc');
    expect(text).toMatch(/^a name of more than [a-z-]*…( +100){9} +900$/m);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('a mistake is the same in whatever line, and told to its end', () => {
    const file = 'exercises/at-most-once/at-most-once.ts';
    const long = 'samples that waited for the one before, and so are no samples at all';
    const mistakes = (line: number) => [
      `a loop that never ends; your loops: ${file}:${line}, :${line + 7}`,
      `process.exit or its like: ${file}:${line}`,
      `Error: lost (in retry, ${file}:${line}), in a promise that nobody awaits`,
      long,
    ];
    const made = (line: number) =>
      mistakes(line).map((mistake, i): GradedStudent => {
        const explanation = { did: 'x', saw: 'y', expected: 'z', mistake };
        const result = { ...results[1], status: 'fail', explanation } as CheckResult;
        return { who: `${line}-${i}`, exercises: [{ ...failed, results: [result] }] };
      });
    const report = { students: [3, 28].flatMap(made), isClass: true };
    const text = stripVTControlCharacters(formats.pretty(report));
    expect(text.slice(text.indexOf('Recognised')).split('\n')).toEqual([
      'Recognised most often',
      '    2 ×  at-most-once: a loop that never ends',
      '    2 ×  at-most-once: process.exit or its like',
      '    2 ×  at-most-once: Error: lost, in a promise that nobody awaits',
      '    2 ×  at-most-once: samples that waited for the one before, and so are no',
      '         samples at all',
      '',
    ]);
  });

  test('several exercises of one person: each report, and the sum', () => {
    const text = stripVTControlCharacters(formats.pretty(all));
    expect(text).toContain('not graded: the grader failed: SIGKILL');
    expect(text).toMatch(/130 of 200 points in all\n$/);
  });

  function columnsOf(line: string): number {
    return line.length + (line.match(/\p{Script=Han}/gu)?.length ?? 0);
  }
});

test('the exit code tells points that are missing from a grader that failed', () => {
  const full = { students: [{ who: undefined, exercises: [passed] }], isClass: false };
  expect(exitCodeOf(full)).toBe(0);
  expect(exitCodeOf(one)).toBe(1);
  expect(exitCodeOf(all)).toBe(2);
  expect(exitCodeOf({ ...one, isClass: true })).toBe(0);
  expect(exitCodeOf(group)).toBe(2);
});
