/** Grading in a process of its own: whatever student code does, every check has its line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import cristian from '../../exercises/cristian/grader.ts';
import type { CheckResult } from '../../src/grading/check.ts';
import { gradeFile } from '../../src/grading/grade.ts';
import { entryOf, exerciseNames, graderOf } from '../../src/grading/manifest.ts';
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
      /^it does not compile: (?:Une|E)xpected .* \(.*\.ts:1, column \d+\)$/,
      /compiles: look at that line/,
    ],
    [
      'exports nothing',
      'export const SyncTim = 1;',
      /^it exports no SyncTime; it exports SyncTim$/,
      /^export SyncTime, as in the stub$/,
    ],
    [
      'exports no function',
      'export const SyncTime = 42;',
      /^the SyncTime that it exports is no function: it is of type number$/,
      /^SyncTime as a function, as in the stub$/,
    ],
    [
      'throws while loading',
      'throw new Error("at home");',
      /^Error: at home \(.*\.ts:1\)$/,
      /nothing runs/,
    ],
    [
      'never ends a loop',
      'export async function SyncTime() { while (true); }',
      /^a loop let nothing else happen for 3\.5 s: it was ended$/,
      /./,
    ],
    [
      'never ends a loop while loading',
      'while (true);',
      /^a loop let nothing else happen for 3\.5 s: it was ended$/,
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
      /^it waits, and nothing has happened for 3\.5 s: it was ended$/,
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
      'waits for ever while a timer runs',
      'setInterval(() => {}, 1e6); await new Promise(() => {}); export const x = 1;',
      /^it waits, and nothing has happened/,
      /settles/,
    ],
    [
      'works for ever, turn by turn',
      'const f = () => setImmediate(f); f(); await new Promise(() => {}); export const x = 1;',
      /^it worked for 3\.5 s without an end/,
      /./,
    ],
    [
      'imports what is not there',
      "import { dail } from './nowhere.ts'; export const SyncTime = dail;",
      /^Cannot find module .*nowhere/,
      /imports as in the stub/,
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
  test.each(exerciseNames.filter((name) => !entryOf(name).isSolved))(
    'exercises/%s: the stub fails, as it should',
    async (name) => {
      const { code, stdout, stderr } = await run('test', [`exercises/${name}`]);
      expect(code).toBe(1);
      expect(stdout).toMatch(
        /saw {9}Error: \w+ is not written yet \(in \S+\s+exercises\/.*\.ts:\d+/,
      );
      expect(stdout).toMatch(/\n0 of 100 points\n$/);
      expect(stderr).toBe('');
      for (const line of stdout.split('\n')) {
        if (/^ ?\d/.test(line)) expect(line.length).toBeLessThanOrEqual(80);
      }
    },
  );

  test.each([
    ...exerciseNames
      .filter((name) => entryOf(name).isSolved)
      .map((name) => `exercises/${name}`),
    ...exerciseNames.map((name) => `solutions/${name}`),
  ])('%s: all points', async (path) => {
    const { code, stdout } = await run('test', [`${path}/`]);
    expect(stdout).toMatch(/\n100 of 100 points\n$/);
    expect(code).toBe(0);
  });

  test('an unknown exercise: one sentence', async () => {
    const { code, stderr } = await run('test', ['exercises/nothing']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `error: there is no exercise exercises/nothing; there are ${exerciseNames.join(', ')}\n`,
    );
  });
});
