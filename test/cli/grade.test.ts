/** `npm run grade`: exit codes, one clear sentence for what is wrong, and nothing left behind. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseGradescope } from '../grading/gradescope-format.ts';
import {
  ClassFolder,
  interruptCristian,
  readChaff,
  readSolution,
  readStub,
} from '../grading/submissions.ts';
import { areGoneWithin, listProcesses, run, start } from './program.ts';

let folder: string;
let group: ClassFolder;
beforeAll(() => {
  group = new ClassFolder();
  folder = join(group.path, 'class');
  const handIn = (who: string, name: string, text: string) =>
    group.handIn(`class/${who}`, { [`${name}.ts`]: text });
  handIn('ann', 'cristian', readSolution('cristian'));
  handIn('ann', 'wordcount', readSolution('wordcount'));
  handIn('bob', 'cristian', readChaff('cristian', 'subtracts-half'));
  handIn('carol', 'cristian', readStub('cristian'));
  handIn('dora', 'cristian', 'export async function SyncTime( {');
  handIn('emil', 'cristian', interruptCristian('process.exit(0)'));
  handIn('gus', 'wordcount', '');
  writeFileSync(join(folder, 'notes.txt'), '');
});
afterAll(() => group.remove());

test('the working tree: the stub has points missing, and every format says so', async () => {
  const pretty = await run('grade', ['cristian']);
  expect(pretty.code).toBe(1);
  expect(pretty.stdout).toMatch(/\n0 of 100 points\n$/);
  expect(pretty.stderr).toBe('');
  const gradescope = await run('grade', ['cristian', '--format', 'gradescope']);
  expect(gradescope.code).toBe(1);
  expect(parseGradescope(gradescope.stdout).tests).toHaveLength(8);
});

test('a class: a table of 80 columns, the class is graded, progress is log', async () => {
  const { code, stdout, stderr } = await run('grade', ['all', '--submissions', folder]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^1 wordcount {2}2 async-rpc .*\n6 students +1 +2 .*total\n/s);
  expect(stdout).toMatch(/^ann +100 .*200$/m);
  expect(stdout).toMatch(/^bob .* 15$/m);
  expect(stdout).toMatch(/^emil .* 70$/m);
  expect(stdout).toContain('Failed most often\n    1 ×  wordcount: listen');
  expect(stdout).toContain('1 ×  cristian: T3 - RTT/2');
  expect(stdout).toContain('  async-rpc: no async-rpc.ts\n    everybody\n');
  expect(stdout).toMatch(/cristian: does not compile, line 1: .*\n {4}dora\n/);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(stderr).toMatch(/^left out, for they are no folders: notes\.txt$/m);
  expect(stderr).toMatch(/^\d+ of \d+ {2}emil, cristian: 70 of 100 points$/m);
});

test('a document is written as a whole, and replaces what was there', async () => {
  const out = join(group.path, 'results.json');
  writeFileSync(out, 'old');
  const options = ['--submissions', folder, '--format', 'gradescope', '--out', out];
  const { code, stdout } = await run('grade', ['wordcount', ...options]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  const { tests } = parseGradescope(readFileSync(out, 'utf8'));
  expect(tests[0]?.name).toMatch(/^ann: /);
  expect(readdirSync(group.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test("one student's folder is graded like a working tree", async () => {
  const options = ['--submission', join(folder, 'ann')];
  expect((await run('grade', ['cristian', ...options])).code).toBe(0);
  const { code, stdout } = await run('grade', ['all', ...options, '--format', 'json']);
  expect(code).toBe(JSON.parse(stdout).points === JSON.parse(stdout).maxPoints ? 0 : 1);
});

test.each<[string, string[], RegExp]>([
  ['an unknown exercise', ['nothing'], /^error: there is no exercise nothing; there are/],
  ['no exercise', [], /^error: missing required argument/],
  ['an unknown format', ['all', '--format', 'xml'], /^error: option '--format <name>'/],
  ['no jobs', ['all', '--jobs', '0'], /^error: option '--jobs <n>' .* from 1 to 256/],
  [
    'a class that is not there',
    ['all', '--submissions', '/nowhere'],
    /^error: --submissions \/nowhere: no such folder\n$/,
  ],
  [
    'a class that is a file',
    ['all', '--submissions', 'package.json'],
    /^error: --submissions package\.json: not a folder\n$/,
  ],
  [
    'a class without students',
    ['all', '--submissions', '.github'],
    /error: \.github has no folders; it should have one per student\n$/,
  ],
  [
    'a place that is not there',
    ['cristian', '--out', '/nowhere/x.json'],
    /^error: --out \/nowhere\/x\.json: there is no such folder\n$/,
  ],
  [
    'a folder to write to',
    ['cristian', '--out', 'src'],
    /^error: --out src: that is a f/,
  ],
])('%s: one sentence, exit 1', async (_what, args, sentence) => {
  const { code, stdout, stderr } = await run('grade', args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toContain('    at ');
});

test('ended by a signal, it leaves no process and no file', async () => {
  const temporary = join(group.path, 'temporary');
  mkdirSync(temporary);
  const looping = 'console.log("here it loops"); while (true);';
  const looper = group.handIn('looper', { 'cristian.ts': looping });
  const program = start('grade', ['cristian', '--submission', looper], {
    TMPDIR: temporary,
  });
  await program.prints(/here it loops/);
  expect(listProcesses(temporary)).toHaveLength(1);
  program.child.kill('SIGTERM');
  expect(await program.exited).toEqual({ code: 143, signal: null });
  expect(areGoneWithin(5000, temporary)).toBe(true);
  expect(readdirSync(temporary).filter((name) => name.startsWith('grade-'))).toEqual([]);
  rmSync(temporary, { recursive: true });
});
