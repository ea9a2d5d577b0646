/** Grading in a process of its own: whatever student code does, every check has its line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gradeFile } from '../../src/grading/grade.ts';
import { graderOf } from '../../src/grading/manifest.ts';
import { formatReport } from '../../src/grading/report.ts';
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
      'waits for what never comes',
      'export const SyncTime = () => new Promise(() => {});',
      /^DeadlockError: nothing is left to happen, and the program still waits/,
      /./,
    ],
    [
      'sets timers for ever',
      'export const SyncTime = () => new Promise(() => setInterval(() => {}, 10));',
      /^LivelockError: no end after 100000 events/,
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
      'throws something that is no error',
      'export async function SyncTime() { throw "text"; }',
      /^it threw 'text'$/,
      /./,
    ],
    [
      'returns nothing',
      'export async function SyncTime() {}',
      /resolved with timeMs: undefined/,
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
      'throws what cannot be shown',
      'export async function SyncTime() { throw Object.assign(new Error(), { get name() { throw 1; } }); }',
      /./,
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
      'error: there is no exercises/nothing; there are exercises/wordcount, exercises/cristian\n',
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
