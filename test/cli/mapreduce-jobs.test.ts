/** `npm run mapreduce` with wrong jobs, unusual jobs and unusual input. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  folder,
  freshPath,
  input,
  jobs,
  readOutput,
  runJson,
  smallInput,
} from './mapreduce-run.ts';
import { run } from './program.ts';

describe('a stack tells the places in the sources', () => {
  test.each([
    ['of a job', ''],
    ['of one that waits at its top level', 'await null;'],
  ])('%s', async (_what, wait) => {
    const place = freshPath();
    mkdirSync(place);
    const job = join(place, 'job.ts');
    const helper = join(place, 'helper.ts');
    writeFileSync(
      helper,
      `type Text = string;

       export function refuse(text: Text): never {
         throw new TypeError(text);
       }`,
    );
    writeFileSync(
      job,
      `import { refuse } from './helper.ts';
       ${wait}
       export function map(_key: object, line: string): void {
         try {
           refuse(line);
         } catch (error) {
           console.error((error as Error).stack);
           throw error;
         }
       }
       export const reduce = () => '';`,
    );
    const args = ['--job', job, '--workers', '1', ...smallInput];
    const { code, stderr } = await runJson(args);
    expect(code).toBe(1);
    const stack = [
      'TypeError: line 0 of constructor __proto__ é',
      ` +at refuse \\(${helper}:4:16\\)`,
      ` +at \\w+\\.map \\(${job}:5:\\d+\\)`,
    ];
    expect(stderr, 'what the master reports').toMatch(new RegExp(stack.join('\n')));
    const printed = stack.map((line) => `\\[worker 1\\] ${line}`);
    expect(stderr, 'what the job prints').toMatch(new RegExp(printed.join('\n')));
  });
});

test('stacks are found where the temporary folder is behind a link', async () => {
  const [real, link] = [freshPath(), freshPath()];
  mkdirSync(real);
  symlinkSync(real, link);
  const job = join(jobs, 'throws-on-record.ts');
  const poison = join(real, 'poison.txt');
  writeFileSync(poison, 'poison 3\n');
  const args = ['--job', job, '--workers', '1', '--output', freshPath(), poison];
  const { stderr } = await run('mapreduce', args, { TMPDIR: link });
  expect(stderr).toContain(`(${job}:5:`);
});

test('what a job sees of a stack, and of its standard input, is the same everywhere', async () => {
  const job = freshPath();
  writeFileSync(
    `${job}.mjs`,
    `import { readFileSync } from 'node:fs';
     class Odd extends Error { toString() { return 'odd'; } }
     export function map(key, line, emit) {
       const plain = {};
       Error.captureStackTrace(plain);
       for (const { stack } of [plain, new Odd('x'), new TypeError('y')])
         emit(stack.split('\\n').slice(0, 2).join(' ').replace(/:\\d+\\)?$/, ''), '1');
       emit('input: ' + readFileSync('/dev/stdin', 'utf8'), '1');
     }
     export const reduce = (key, values) => String(values.length);`,
  );
  const options = ['--workers', '2', '--reduce-tasks', '1', '--verify'];
  const args = ['--job', `${job}.mjs`, ...options, ...smallInput];
  const { summary, output } = await runJson(args);
  expect(summary.verified).toBe(true);
  const lines = Object.values(readOutput(output)).join('').split('\n');
  const place = `at \\S+ \\(${job}.mjs:\\d+`;
  expect(lines.sort().join('|')).toMatch(
    new RegExp(
      `^\\|Error {5}${place}\\t400\\|Error: x {5}${place}\\t400\\|TypeError: y {5}${place}\\t400\\|input: \\t400$`,
    ),
  );
});

describe('a job that is wrong says what and where, and exits 1', () => {
  test.each<[string, string, RegExp[]]>([
    [
      'throws on a record',
      'throws-on-record.ts',
      [
        /will be tried again: Error: cannot digest poison 3/,
        /map task \d+ failed in 3 attempts, last in attempt \d+ on worker \d/,
        /record at byte \d+ of .*poison\.txt: "poison 3"/,
        /at \S*map \(.*throws-on-record\.ts:5:\d+\)/,
      ],
    ],
    ['emits nothing', 'emits-nothing.ts', [/emitted nothing for any of the 6 records/]],
    [
      'exports no reduce',
      'no-reduce.ts',
      [
        /error: the job failed, no output is left: the job exports no function reduce: export/,
      ],
    ],
    [
      'ends its own process',
      'exits.ts',
      [/its task thread exited with 7/, /all 2 workers are lost/],
    ],
  ])('%s', async (_what, file, patterns) => {
    const poison = join(folder, 'poison.txt');
    writeFileSync(poison, 'a\nb\npoison 3\nexit 4\nc\nd\n');
    const args = ['--job', join(jobs, file), '--workers', '2', poison];
    const { code, stdout, stderr, output } = await runJson(args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    for (const pattern of patterns) expect(stderr).toMatch(pattern);
    expect(stderr).not.toContain('internal error');
    expect(existsSync(output)).toBe(false);
  });

  test.each<[string, string, RegExp]>([
    [
      'ends the process while it is loaded',
      'process.exit(0)',
      /its task thread exited with 0/,
    ],
    [
      'fails only in the sequential run',
      `export const map = (k, v, emit) => emit('a', '1');
       export const combine = () => '1';
       export const reduce = (k, values) => { if (values.length > 9) throw new Error('too many'); return ''; };`,
      /error: the job failed in the sequential run\nkey "a"\nError: too many/,
    ],
    [
      'is not deterministic',
      readFileSync(join(jobs, 'nondeterministic.ts'), 'utf8'),
      /error: .*mr-out-\d differs from the sequential run/,
    ],
  ])('%s', async (what, source, pattern) => {
    const job = join(folder, `${what.replaceAll(' ', '-')}.mts`);
    writeFileSync(job, source);
    const args = ['--job', job, '--workers', '2', '--verify', ...smallInput];
    const { code, stdout, stderr } = await runJson(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(pattern);
    expect(stderr).not.toContain('internal error');
    if (stdout !== '') expect(JSON.parse(stdout).verified).toBe(false);
  });
});

test('a job may leave handles open and print on stdout; without faults each task runs once', async () => {
  const job = join(folder, 'noisy.mjs');
  writeFileSync(
    job,
    "process.stdout.write('noise'); console.log('noise'); setInterval(() => {}, 1000);" +
      "export default { map: (k, v, e) => e(v, '1'), reduce: () => '1' };",
  );
  const args = ['--job', job, '--workers', '1', '--verify', ...smallInput];
  const { code, summary } = await runJson(args);
  expect(code).toBe(0);
  expect(summary).toMatchObject({
    verified: true,
    attempts: summary.mapTasks + summary.reduceTasks,
    lostWorkers: [],
    reExecuted: { map: 0, reduce: 0 },
    duplicatesIgnored: 0,
  });
});

test('files, folders and globs, CRLF, empty files, spaces, no last newline', async () => {
  const tree = join(folder, 'a tree');
  mkdirSync(join(tree, 'deeper'), { recursive: true });
  writeFileSync(join(tree, 'one file.txt'), 'x y\r\nx\r\n');
  writeFileSync(join(tree, 'empty.txt'), '');
  writeFileSync(join(tree, 'deeper', 'last.md'), 'y x');
  const lone = join(folder, 'lone [1].txt');
  writeFileSync(lone, 'z\n');
  const inputs = [tree, lone, join(folder, 'a tree/*.txt')];
  const args = [...inputs, '--verify', '--top', '3', '--workers', '1'];
  args.push('--output', freshPath());
  const { stdout, code } = await run('mapreduce', args);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^3 {2}x\n2 {2}y\n1 {2}z\n\n(?:.*\n){3}the output equals the sequential run\n/,
  );
});

test.each([
  [['nowhere.txt'], /^error: input nowhere\.txt does not exist \(looked in .*\)\n$/],
  [['--split-size', '1', input], /^error: \d+ map tasks are too many.* like \d+k\n$/],
  [
    ['--workers', '0'],
    /^error: --workers 0: nobody would run the tasks; add --listen .*\n$/,
  ],
])('%j: one clear sentence, exit 1', async (args, pattern) => {
  const { code, stdout, stderr } = await run('mapreduce', args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(pattern);
  expect(stderr).not.toMatch(/\n\s+at /);
});
