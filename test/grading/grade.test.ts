/** Grading in a process of its own: whatever student code does, every check has its line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import cristian from '../../exercises/cristian/grader.ts';
import type { CheckResult } from '../../src/grading/check.ts';
import { gradeFile } from '../../src/grading/grade.ts';
import { graderOf } from '../../src/grading/manifest.ts';
import { formatReport } from '../../src/grading/report.ts';
import { runChecks } from '../../src/grading/run-checks.ts';
import { run } from '../cli/program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grade-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true }));

const estimate = 'return { timeMs: 0, errorBoundMs: 0 };';

describe.concurrent('student code that', () => {
  test.each<[string, string, RegExp, RegExp]>([
    [
      'does not compile',
      'export async function SyncTime( {',
      /Error: Transform failed|Expected/,
      /a module that loads/,
    ],
    [
      'exports nothing',
      'export const SyncTim = 1;',
      /^it exports no SyncTime$/,
      /^export SyncTime, as in the stub$/,
    ],
    ['throws while loading', 'throw new Error("at home");', /^Error: at home$/, /./],
    [
      'never ends a loop',
      'export async function SyncTime() { while (true); }',
      /^nothing for 4 s: it was ended$/,
      /./,
    ],
    [
      'never ends a loop while loading',
      'while (true);',
      /^nothing for 4 s: it was ended$/,
      /./,
    ],
    [
      'ends the process',
      'export async function SyncTime() { process.exit(0); }',
      /^it ended the whole process: exit code 0$/,
      /./,
    ],
    [
      'forgets an await',
      `export async function SyncTime() { void Promise.reject(new Error("lost")); ${estimate} }`,
      /^timeMs: 0$|^Error: lost, in a promise or a callback that nobody waited for$/,
      /./,
    ],
    [
      'ends itself by a signal',
      "export async function SyncTime() { process.kill(process.pid, 'SIGTERM'); await new Promise((r) => setImmediate(r)); while (true); }",
      /^it ended the whole process: SIGTERM$/,
      /./,
    ],
    [
      'waits for ever while loading',
      'await new Promise(() => {}); export async function SyncTime() {}',
      /^it waits, and nothing is left to happen$/,
      /./,
    ],
    [
      'pretends to be the grader',
      `import exercise from '${join(import.meta.dirname, '../../exercises/cristian/grader.ts')}';
       for (const check of exercise.checks) check.run = async () => {};
       process.send?.({ type: 'checks', all: [] });
       process.send?.(null);
       export async function SyncTime() { throw new Error('caught'); }`,
      /^Error: caught/,
      /./,
    ],
    [
      'breaks the globals',
      'globalThis.Promise = null; globalThis.setTimeout = null; export async function SyncTime() {}',
      /./,
      /./,
    ],
  ])(
    '%s: one clear failure, the other checks listed',
    async (what, code, saw, expected) => {
      const file = join(folder, `${what.replaceAll(' ', '-')}.ts`);
      writeFileSync(file, code);
      const results = await gradeFile(graderOf('cristian'), file);
      expect(results).toHaveLength(8);
      expect(results.map(({ status }) => status)).toEqual([
        'fail',
        ...Array(7).fill('waits'),
      ]);
      const [first] = results;
      if (first?.status !== 'fail') throw new Error('unreachable');
      expect(first.explanation.saw).toMatch(saw);
      expect(first.explanation.expected).toMatch(expected);
    },
  );
});

describe('a function that', () => {
  const never = () => new Promise(() => {});
  const oddError = Object.defineProperty(new Error(), 'name', {
    get() {
      throw new Error('odd');
    },
  });
  test.each<[string, () => unknown, RegExp]>([
    ['waits for what never comes', never, /^DeadlockError: nothing is left to happen/],
    [
      'sets timers for ever',
      () => new Promise(() => setInterval(() => {}, 10)),
      /^LivelockError: no end after 100000 events/,
    ],
    ['throws text', () => Promise.reject('text'), /^it threw 'text'$/],
    [
      'throws what cannot be shown',
      () => Promise.reject(oddError),
      /^it threw something/,
    ],
    ['returns nothing', async () => {}, /^it resolved with timeMs: undefined/],
    ['returns no number', async () => ({ timeMs: Number.NaN }), /timeMs: NaN/],
  ])('%s: one clear failure', async (_what, SyncTime, saw) => {
    const results: CheckResult[] = [];
    const progress = {
      begin: () => {},
      end: (result: CheckResult) => results.push(result),
    };
    await runChecks(cristian, { SyncTime: SyncTime as never }, progress);
    const [first] = results;
    if (first?.status !== 'fail') throw new Error('it passed');
    expect(first.explanation.saw).toMatch(saw);
  });
});

describe('npm test', () => {
  test.each(['wordcount', 'cristian'])(
    'exercises/%s: the stub fails, as it should',
    async (name) => {
      const { code, stdout, stderr } = await run('test', [`exercises/${name}`]);
      expect(code).toBe(1);
      expect(stdout).toMatch(
        /saw {9}Error: \w+ is not written yet \(in .*exercises\/.*\.ts:\d+/,
      );
      expect(stdout).toMatch(/\n0 of 100 points\n$/);
      expect(stderr).toBe('');
      for (const line of stdout.split('\n')) {
        if (/^ ?\d/.test(line)) expect(line.length).toBeLessThanOrEqual(80);
      }
    },
  );

  test.each(['wordcount', 'cristian'])('solutions/%s: all points', async (name) => {
    const { code, stdout } = await run('test', [`solutions/${name}/`]);
    expect(stdout).toMatch(/\n100 of 100 points\n$/);
    expect(code).toBe(0);
  });

  test('an unknown exercise: one sentence', async () => {
    const { code, stderr } = await run('test', ['exercises/nothing']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: there is no exercises/nothing; there are exercises/wordcount, exercises/cristian, exercises/schedule, exercises/stragglers\n',
    );
  });
});

test('a report lists every check and explains only the first failure', () => {
  const check = { slide: 'the slide', points: 50 };
  const explanation = { did: 'x', saw: 'two\nlines', expected: 'z', mistake: undefined };
  const report = formatReport('Title', 'file.ts', [
    { ...check, id: 'a', sentence: 'first', status: 'fail', explanation },
    { ...check, id: 'b', sentence: 'second', status: 'waits', on: 'a' },
    { ...check, id: 'c', sentence: 'third', status: 'pass' },
    { ...check, id: 'd', sentence: 'fourth', status: 'fail', explanation },
  ]);
  const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
  expect(report.replace(colours, '')).toBe(
    [
      'Title  file.ts',
      '',
      ' 1 ✗  0/50  first',
      ' 2 ·  0/50  second (waits for 1)',
      ' 3 ✓ 50/50  third',
      ' 4 ✗  0/50  fourth',
      '',
      'The first failure: first',
      '  did         x',
      '  saw         two',
      '              lines',
      '  expected    z',
      '  slide       the slide',
      '',
      '50 of 200 points',
    ].join('\n'),
  );
});
