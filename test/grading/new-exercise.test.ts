/** A new exercise is green as soon as its printed steps are done, in a copy of the project. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExercise } from '../../src/grading/new-exercise.ts';
import { root, run } from '../cli/program.ts';

const name = 'quorum-reads';

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'new-exercise-'));
  const parts = ['src', 'exercises', 'solutions', 'test/exercises', 'test/chaffs'];
  const settings = ['package.json', 'tsconfig.json', 'vitest.config.ts', 'biome.json'];
  for (const part of [...parts, 'test/variants', 'test/cli', ...settings])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function runCommand(command: string, ...args: string[]) {
  const program = ['--import', 'tsx', `src/cli/${command}.ts`, ...args];
  return spawnSync(process.execPath, program, { cwd: copy, encoding: 'utf8' });
}

function runTool(tool: string, ...args: string[]) {
  const command = [join(root, 'node_modules', tool), ...args];
  return spawnSync(process.execPath, command, { cwd: copy, encoding: 'utf8' });
}

test('after its printed steps the tests of the graders are green', () => {
  const paths = createExercise(copy, name);
  const read = (path: string) => readFileSync(join(copy, path), 'utf8');

  // Step 1, also where somebody has removed the stub's copy and its folder.
  rmSync(join(copy, `exercises/${name}/grader`), { recursive: true });
  expect(runCommand('seal')).toMatchObject({ status: 0, stderr: '' });
  const graded = runCommand('test', `exercises/${name}`);
  expect(graded).toMatchObject({ status: 1, stderr: '' });
  expect(graded.stdout).not.toContain('handed out');
  expect(runCommand('reset', name).stdout).toContain('is the stub already');

  // Step 3: another correct answer. Step 4: seven more wrong ones.
  const signature = 'export function sum(values: readonly number[]): number {';
  const variant = [signature, "  return Number(eval(values.join('+') || '0'));", '}', ''];
  writeFileSync(join(copy, `test/variants/${name}/evaluates.ts`), variant.join('\n'));
  const wrong = [
    '1',
    '-1',
    'NaN',
    'values.length',
    'values[0] ?? 0',
    'Math.max(...values)',
  ];
  for (const [i, answer] of [...wrong, 'Number(values)'].entries()) {
    const chaff = `/**\n * Fails: adds-all\n */\n${signature}\n  return ${answer};\n}\n`;
    writeFileSync(join(copy, `test/chaffs/${name}/wrong-${i}.ts`), chaff);
  }

  // Step 5.
  const tests = ['run', 'test/exercises', '-t', `^${name} `, '--reporter', 'json'];
  const { stdout, status } = runTool('vitest/vitest.mjs', ...tests);
  const report = JSON.parse(stdout.slice(stdout.indexOf('{')));
  expect(report.numFailedTests, stdout.slice(0, 4000)).toBe(0);
  expect(report.numPassedTests).toBeGreaterThanOrEqual(14);
  expect(status).toBe(0);

  expect(read('src/grading/manifest.ts')).toContain(`'${name}': {`);
  const biome = runTool(
    '@biomejs/biome/bin/biome',
    'check',
    '--vcs-enabled=false',
    ...paths,
  );
  expect(biome.stderr + biome.stdout).toMatch(/No fixes applied/);
});

test.each([
  [name, /already a folder exercises\/quorum-reads$/],
  ['cristian', /already a folder exercises\/cristian$/],
  ['At-Most', /^"At-Most" is no name: small letters/],
  ['../up', /^"\.\.\/up" is no name/],
  ['', /^"" is no name/],
  ['all', /^all means something else/],
  ['a'.repeat(40), /^a+ is too long a name/],
])('%j is refused, and nothing is written', (refused, sentence) => {
  const manifest = readFileSync(join(copy, 'src/grading/manifest.ts'));
  expect(() => createExercise(copy, refused)).toThrow(sentence);
  expect(readFileSync(join(copy, 'src/grading/manifest.ts')).equals(manifest)).toBe(true);
});

test('a new exercise can be reset before anybody has sealed it', () => {
  createExercise(copy, 'two-rooms');
  const stub = readFileSync(join(copy, 'exercises/two-rooms/two-rooms.ts'), 'utf8');
  writeFileSync(join(copy, 'exercises/two-rooms/two-rooms.ts'), 'mine');
  expect(runCommand('reset', 'two-rooms').stdout).toContain('is the stub again');
  expect(readFileSync(join(copy, 'exercises/two-rooms/two-rooms.ts'), 'utf8')).toBe(stub);
});

test('what is left to do asks for nothing that is not there', () => {
  const { stdout } = runCommand('new-exercise', 'three-rooms');
  expect(stdout).toMatch(/\nNext:\n 1\. npm run seal: /);
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  expect(stdout.includes('list of exercises')).toBe(readme.includes('list of exercises'));
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('the command: one sentence for a bad name', async () => {
  const { code, stdout, stderr } = await run('new-exercise', ['cristian']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe('error: there is already a folder exercises/cristian\n');
});
