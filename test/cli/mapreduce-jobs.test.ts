/** `npm run mapreduce` with wrong jobs, wrong options and unusual input. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, input, jobs, runJson, smallInput } from './mapreduce-run.ts';
import { run } from './program.ts';

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
      [/error: the job exports no function reduce: export/],
    ],
    [
      'fails to load',
      'fails-to-load.ts',
      [
        /error: the job failed to load: Error: no licence for this module/,
        /fails-to-load\.ts:2/,
      ],
    ],
    [
      'ends its own process',
      'exits.ts',
      [/its task thread exited with 7/, /all 4 workers are lost/],
    ],
  ])('%s', async (_what, file, patterns) => {
    const poison = join(folder, 'poison.txt');
    writeFileSync(poison, 'a\nb\npoison 3\nexit 4\nc\nd\n');
    const { code, stdout, stderr, output } = await runJson([
      '--job',
      join(jobs, file),
      poison,
    ]);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    for (const pattern of patterns) expect(stderr).toMatch(pattern);
    expect(stderr).not.toContain('internal error');
    expect(existsSync(output)).toBe(false);
  });

  test('does not compile', async () => {
    const job = join(folder, 'broken.ts');
    writeFileSync(job, 'export function map( {');
    const { code, stderr } = await runJson(['--job', job, input]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: the job does not compile: .*broken\.ts:1:\d+: .*\n$/);
  });

  test.each([
    ['not deterministic', 'non-deterministic.ts'],
    ['a combiner that changes the result', 'wrong-combiner.ts'],
  ])('%s: --verify notices', async (_what, file) => {
    const { code, stderr } = await runJson([
      '--job',
      join(jobs, file),
      '--verify',
      ...smallInput,
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: .*mr-out-\d differs from the sequential run/);
  });

  test('a job may import its own modules and packages', async () => {
    const { code, summary } = await runJson([
      ...['--job', join(jobs, 'imports-a-package.ts'), '--verify'],
      input,
    ]);
    expect(code).toBe(0);
    expect(summary.verified).toBe(true);
  });
});

describe('input', () => {
  test('files, folders and globs, CRLF, empty files, spaces, no last newline', async () => {
    const tree = join(folder, 'a tree');
    mkdirSync(join(tree, 'deeper'), { recursive: true });
    writeFileSync(join(tree, 'one file.txt'), 'x y\r\nx\r\n');
    writeFileSync(join(tree, 'empty.txt'), '');
    writeFileSync(join(tree, 'deeper', 'last.md'), 'y x');
    const lone = join(folder, 'lone [1].txt');
    writeFileSync(lone, 'z\n');
    const { stdout, code } = await run('mapreduce', [
      ...[tree, lone, join(folder, 'a tree/*.txt'), '--verify', '--top', '3'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^3 {2}x\n2 {2}y\n1 {2}z\n\n.*\nthe output equals the sequential run\n/,
    );
  });

  test.each([
    [['nowhere.txt'], /^error: input nowhere\.txt does not exist \(looked in .*\)\n$/],
    [['no/*.such'], /^error: input no\/\*\.such matches no file/],
    [
      ['--job', 'nojob', '.'],
      /^error: --job nojob: neither one of word-count.* nor a file in/,
    ],
    [['--job', 'grep'], /^error: the job refuses its params: grep needs a pattern/],
    [
      ['--job', 'grep', '--pattern', '('],
      /^error: the job refuses its params: --pattern \(: /,
    ],
    [
      ['--kill-worker', '5'],
      /^error: --kill-worker 5: there are only workers 1 to 4; add/,
    ],
    [
      ['--workers', '0'],
      /'--workers <n>' argument '0' is invalid. It must be a whole number/,
    ],
    [['--split-size', '1G'], /'1G' is invalid. It must be a size/],
    [['--param', 'x'], /It must look like name=value/],
  ])('%j: one clear sentence', async (args, pattern) => {
    const { code, stdout, stderr } = await run('mapreduce', args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(pattern);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('only empty files: nothing to do', async () => {
    const empty = join(folder, 'nothing.txt');
    writeFileSync(empty, '');
    const { code, stderr } = await run('mapreduce', [empty]);
    expect(code).toBe(1);
    expect(stderr).toBe('error: the input holds no bytes: nothing to do\n');
  });

  test('an output folder that is not empty is refused and left as it is', async () => {
    const output = join(folder, 'full');
    mkdirSync(output);
    writeFileSync(join(output, 'mr-out-0'), 'old');
    const { code, stderr } = await run('mapreduce', [input, '--output', output]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: --output .*full is not empty: remove it or name another/,
    );
    expect(readdirSync(output)).toEqual(['mr-out-0']);
  });
});

test('colour only where a terminal is, or is forced; never with NO_COLOR', async () => {
  const coloured = '\u001b[';
  const plain = await run('mapreduce', smallInput);
  expect(plain.stdout + plain.stderr).not.toContain(coloured);
  const forced = await run('mapreduce', smallInput, { FORCE_COLOR: '1' });
  expect(forced.stderr).toContain(coloured);
  const refused = await run('mapreduce', smallInput, { NO_COLOR: '1' });
  expect(refused.stdout + refused.stderr).not.toContain(coloured);
});
