/**
 * The students' commands in a folder like theirs: a copy of the project in which they work.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { areGoneWithin, listProcesses, type Program, root, watch } from './program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'student-'));
  for (const part of ['src', 'exercises', 'solutions', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const progress = () => join(folder, 'exercises/.progress');
const file = () => join(folder, 'exercises/cristian/cristian.ts');
const stub = readFileSync(join(root, 'exercises/cristian/grader/stub.txt'), 'utf8');
const solution = readFileSync(join(root, 'solutions/cristian/cristian.ts'), 'utf8');

beforeEach(() => {
  rmSync(progress(), { recursive: true, force: true });
  writeFileSync(file(), stub);
});

function start(name: string, args: readonly string[], env = {}): Program {
  const command = ['--import', 'tsx', `src/cli/${name}.ts`, ...args];
  const clean = Object.entries(process.env).filter(
    ([variable]) => !/^npm_|^INIT_CWD$|^VITEST|^FORCE_COLOR$/.test(variable),
  );
  const options = { cwd: folder, env: { ...Object.fromEntries(clean), ...env } };
  return watch(
    spawn(process.execPath, command, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

async function run(name: string, args: readonly string[], env = {}) {
  const program = start(name, args, env);
  const { code } = await program.exited;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

test('hints come one by one, and say when there are no more', async () => {
  const outputs: string[] = [];
  for (let i = 0; i < 4; i++) outputs.push((await run('hint', ['cristian'])).stdout);
  expect(outputs[0]).toMatch(
    /^cristian: the estimate.*Hint 1 of 3.*2 more: npm run hint/s,
  );
  expect(outputs[1]).toMatch(/Hint 2 of 3.*1 more/s);
  expect(outputs[2]).toMatch(/Hint 3 of 3.*There are no more hints/s);
  expect(outputs[3]).toMatch(/Hint 3 of 3.*the last one, shown again/s);
  for (const line of outputs.join('\n').split('\n'))
    expect(line.length).toBeLessThanOrEqual(80);
});

test('without a name the hint is for what was graded last, or for the first one', async () => {
  expect((await run('hint', [])).stdout).toMatch(/^wordcount: /);
  rememberGradings('2024-02-15T14:05:00Z');
  expect((await run('hint', [])).stdout).toMatch(/^cristian: /);
});

test('what was graded last comes next, unless it is passed', async () => {
  const next = async () =>
    /\nNext: .*exercises\/(.*)\n/.exec((await run('progress', [])).stdout)?.[1];
  expect(await next()).toBe('wordcount');
  rememberGradings('2024-02-15T14:05:00Z');
  expect(await next()).toBe('cristian');
  rememberGradings('2024-02-15T14:05:00Z', { passedAt: '2024-02-15T14:05:00Z' });
  expect(await next()).toBe('at-most-once');
});

/** Cristian was graded at this moment, after two others. */
function rememberGradings(lastGradedAt: string, more = {}): void {
  const nothing = { bestPoints: 0, hints: {} };
  const text = JSON.stringify({
    'at-most-once': { ...nothing, lastGradedAt: '2024-02-14T14:05:00Z' },
    cristian: { ...nothing, lastGradedAt, ...more },
    wordcount: { ...nothing, lastGradedAt: '2024-02-13T14:05:00Z' },
  });
  mkdirSync(progress(), { recursive: true });
  writeFileSync(join(progress(), 'progress.json'), text);
}

test('after passing: the remaining hints, the progress, and the solution beside', async () => {
  writeFileSync(
    file(),
    solution.replace('let best', "// Mine.\n  console.log('x');\n  let best"),
  );
  const hint = await run('hint', ['cristian']);
  expect(hint.stdout).toMatch(
    /all checks pass\. Hints left:.*hint 3.*npm run solution cristian/s,
  );
  const table = await run('progress', []);
  expect(table.stdout).toMatch(/✓ cristian +100\/100 {2}today \d\d:\d\d +wordcount\n/);
  expect(table.stdout).toMatch(
    /\n1 of 9 passed\nNext: .*exercises\/wordcount\nSolved, .*: exercises\/ping\n$/,
  );
  expect(table.stdout).not.toMatch(/^ . ping/m);
  const shown = await run('solution', ['cristian']);
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toMatch(/^exercises\/cristian\/cristian\.ts +solutions\//);
  expect(shown.stdout).toMatch(/ {2}\/\/ Mine\. +<\n/);
  for (const line of shown.stdout.split('\n'))
    expect(line.length).toBeLessThanOrEqual(80);
});

test('the solution comes after passing; --anyway shows it and is remembered', async () => {
  const refused = await run('solution', ['cristian']);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(
    /^error: your file has 0 of 100 points; the solution .*\n$/,
  );
  const shown = await run('solution', ['cristian', '--anyway']);
  expect(shown.stdout).toContain('client.close()');
  expect((await run('progress', [])).stdout).toContain('cristian');
  expect(readFileSync(join(progress(), 'progress.json'), 'utf8')).toContain('peekedAt');
});

test('what somebody has tried here does not travel to Gradescope', async () => {
  await run('hint', ['cristian']);
  expect(existsSync(join(progress(), 'progress.json'))).toBe(true);
  const out = join(folder, 'autograder.zip');
  expect((await run('gradescope', ['cristian', '--out', out])).code).toBe(0);
  const zip = readFileSync(out, 'latin1');
  expect(zip).toContain('exercises/cristian/grader.ts');
  expect(zip).not.toContain('.progress');
});

test('reset puts the stub back, and keeps every work that it replaces', async () => {
  for (const work of ['first', 'second']) {
    writeFileSync(file(), work);
    const { code, stdout } = await run('reset', ['exercises/cristian']);
    expect(code).toBe(0);
    const [, aside = ''] = /your work is in (\S+)\n$/.exec(stdout) ?? [];
    expect(readFileSync(join(folder, aside), 'utf8')).toBe(work);
    expect(readFileSync(file(), 'utf8')).toBe(stub);
  }
  expect(readdirSync(progress()).filter((name) => name.endsWith('.ts'))).toHaveLength(2);
  const { stdout } = await run('reset', ['cristian']);
  expect(stdout).toBe(
    'exercises/cristian/cristian.ts is the stub already: nothing to do\n',
  );
});

test.each([
  [
    'hint',
    ['nothing'],
    /^error: there is no exercise nothing; there are ping, wordcount, /,
  ],
  [
    'test',
    ['exercises/cristain'],
    /^error: .* exercises\/cristain; did you mean exercises\/cristian\?\n$/,
  ],
  ['reset', ['at-most'], /^error: .* at-most; did you mean at-most-once\?\n$/],
  ['test', ['exercises/cristian', 'solutions/nope'], /^error: .* solutions\/nope; there/],
  [
    'test',
    ['cristian', '--replay'],
    /^error: --replay needs what a failure has printed, <check>:<code>\n$/,
  ],
  ['test', ['cristian', '--replay', 'x'], /^error: --replay x: expected what a failure /],
  ['test', ['--replay=a:b'], /^error: --replay needs an exercise/],
  ['test', ['cristian', '--replay=a:b'], /^error: --replay a:b: there is no check a\n$/],
])('%s %o: one sentence', async (name, args, sentence) => {
  const { code, stdout, stderr } = await run(name, args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('flags that npm kept for itself are noticed', async () => {
  const npm = { npm_lifecycle_event: 'test', npm_config_replay: 'true' };
  const { stderr } = await run('test', ['cristian', 'half:1'], npm);
  expect(stderr).toMatch(
    /add -- before the options: npm test exercises\/<name> -- --replay/,
  );
  const anyway = { npm_lifecycle_event: 'solution', npm_config_anyway: 'true' };
  expect((await run('solution', ['cristian'], anyway)).stderr).toContain(
    'npm run solution -- <exercise> --anyway\n',
  );
  const grade = { npm_lifecycle_event: 'grade', npm_config_submissions: 'true' };
  expect((await run('grade', ['all', 'x'], grade)).stderr).toContain(
    'npm run grade -- <name|all> --submissions …\n',
  );
});

test.each(['reset', 'solution'])('%s without a name shows an example', async (name) => {
  const { code, stderr } = await run(name, []);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: missing required argument 'exercise'\n/);
  expect(stderr).toContain(`(for example: npm run ${name} cristian; `);
});

test('a changed grader: the points are shown, marked, and not kept', async () => {
  const grader = join(folder, 'exercises/cristian/grader.ts');
  const text = readFileSync(grader, 'utf8');
  writeFileSync(grader, text.replace('points: 5,', 'points: 95,'));
  const { stdout } = await run('test', ['exercises/cristian']);
  writeFileSync(grader, text);
  expect(stdout).toMatch(
    /grader\.ts is not the one that was handed out\n0 of \d+ points, which may/,
  );
  expect(existsSync(progress())).toBe(false);
});

describe('files that were handed out and changed', () => {
  const change = async (path: string, text: string | undefined, act: () => unknown) => {
    const changed = join(folder, path);
    const before = readFileSync(changed, 'utf8');
    if (text === undefined) rmSync(changed);
    else writeFileSync(changed, text);
    try {
      await act();
    } finally {
      writeFileSync(changed, before);
    }
  };
  const grader = 'exercises/cristian/grader.ts';
  const broken: [string, string, string | undefined][] = [
    ['does not compile', grader, 'syntax error here('],
    ['is gone', grader, undefined],
    ['is empty', grader, ''],
    ['throws', grader, 'throw new Error("mine");'],
    ['lacks a part', 'exercises/cristian/grader/scenario.ts', undefined],
  ];

  test.each(broken)(
    'a grader that %s: one sentence, exit 1',
    async (_what, path, text) => {
      await change(path, text, async () => {
        const { code, stdout, stderr } = await run('test', ['exercises/cristian']);
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toMatch(/^error: exercises\/cristian\/grader\S* is .*\n$/);
        expect(stderr).toContain('the checks of cristian cannot be run, nor listed');
      });
    },
  );

  test('a grader that does not load gives no hints either, in a sentence', async () => {
    await change(grader, '', async () => {
      const { code, stderr } = await run('hint', ['cristian']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: exercises\/cristian\/grader\.ts is not the .*\n$/);
    });
  });

  test.each(['src/sim/random.ts', 'exercises/cristian/grader/stub.txt'])(
    '%s: all points, which may not count, are no success',
    async (path) => {
      writeFileSync(file(), solution);
      const text = `${readFileSync(join(folder, path), 'utf8')}\n`;
      await change(path, text, async () => {
        const { code, stdout } = await run('test', ['exercises/cristian']);
        expect(stdout).toMatch(/\n100 of 100 points, which may not count/);
        expect(code).toBe(1);
      });
    },
  );

  test.each<[string, string | undefined]>([
    ['', ''],
    ['is gone', undefined],
  ])(
    'whoever gives marks grades with none of it %s: not graded, with the reason',
    async (_what, text) => {
      writeFileSync(file(), solution);
      await change(grader, text, async () => {
        const options = ['cristian', '--format', 'json'];
        const { code, stdout, stderr } = await run('grade', options);
        expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
        expect(stdout).toContain('grader.ts is ');
        expect(stdout).toContain('if the change is yours run npm run seal');
        expect(JSON.parse(stdout)).toMatchObject({ maxPoints: 0 });
      });
    },
  );
});

test('other parameters than the stub has: told of a failure, not of a syntax error', async () => {
  const grade = async (text: string) => {
    writeFileSync(file(), text);
    return (await run('test', ['exercises/cristian'])).stdout;
  };
  const none = 'export async function SyncTime() { return 1; }';
  expect(await grade(none)).toMatch(
    /\n\nSyncTime takes 0 parameters in your file;[^\n]*\n.*\n\n0 of 100 points\n$/,
  );
  for (const text of [`${none} (`, none.replace('return 1', 'process.exit(1)')])
    expect(await grade(text)).not.toContain('parameters');
});

describe('watch, where there is no terminal', () => {
  const isGrading = () => listProcesses(file()).length > 0;

  test('it grades each save once and prints plain text; a save cancels a grading', async () => {
    const program = start('watch', ['cristian'], { FORCE_COLOR: '0' });
    await program.prints(/0 of 100 points\n/);
    writeFileSync(file(), 'export async function SyncTime() { for (;;); }');
    while (!isGrading()) await new Promise((turn) => setImmediate(turn));
    writeFileSync(file(), '');
    writeFileSync(file(), solution);
    await program.prints(/100 of 100 points\n/);
    program.child.kill('SIGINT');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.stdout().match(/of 100 points/g)).toHaveLength(2);
    expect(program.stdout()).not.toContain('\u001b');
    expect(program.stderr()).toBe('');
  });

  test('quitting during a grading leaves no process behind', async () => {
    writeFileSync(file(), 'export async function SyncTime() { for (;;); }');
    const program = start('watch', ['cristian']);
    while (!isGrading()) await new Promise((turn) => setImmediate(turn));
    program.child.kill('SIGTERM');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(areGoneWithin(2000, file()), listProcesses(file()).join('\n')).toBe(true);
  });
});

const hasScript = spawnSync('script', ['--version']).status === 0;

test.runIf(hasScript)('watch in a terminal: q gives it back as it was', async () => {
  const command = `${process.execPath} --import tsx src/cli/watch.ts cristian`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const program = watch(child);
  await program.prints(/0 of 100 points\b.*watching cristian\.ts/s);
  child.stdin?.write('h');
  await program.prints(/Hint 1 of 3/);
  child.stdin?.write('q');
  expect((await program.exited).code).toBe(0);
  const [enter, leave] = ['[?1049h', '[?1049l'].map((code) => `\u001b${code}`);
  const screen = program.stdout();
  const left = stripVTControlCharacters(screen.split(leave as string)[1] as string);
  expect(screen.split(enter as string)).toHaveLength(2);
  expect(left).toMatch(/^Cristian.*0 of 100 points.*Hint 1 of 3/s);
});
