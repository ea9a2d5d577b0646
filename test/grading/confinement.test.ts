/**
 * What a graded program may not do: change or read what is not its own, start anything, end
 * anybody. Also where a grader needs the debugger, which Node's permission model does not know.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { gradeFile } from '../../src/grading/grade.ts';
import { gradeStudents } from '../../src/grading/grade-students.ts';
import type { GradedExercise } from '../../src/grading/graded.ts';
import type { ExerciseName } from '../../src/grading/manifest.ts';
import { endMarked, markName } from '../../src/grading/marked-processes.ts';
import { areGoneWithin, listProcesses, root } from '../cli/program.ts';
import { ClassFolder, readSolution } from './submissions.ts';

let group: ClassFolder;
beforeAll(() => {
  group = new ClassFolder();
});
afterAll(() => group.remove());

async function grade(name: ExerciseName, text: string): Promise<GradedExercise> {
  const folder = group.handIn(`${name}-${readdirSync(group.path).length}`, {
    [`${name}.ts`]: text,
  });
  const [student] = await gradeStudents([{ who: 'ann', folder }], [name], { jobs: 1 });
  return student?.exercises[0] as GradedExercise;
}

function readFailure(graded: GradedExercise): string {
  if (graded.kind === 'not-graded') throw new Error(graded.reason);
  const failure = graded.results.find(({ status }) => status === 'fail');
  return failure?.status === 'fail' ? failure.explanation.saw : 'nothing failed';
}

const names: ExerciseName[] = ['cristian', 'at-most-once'];

describe.each(names)('a submission for %s', (name) => {
  const solution = JSON.stringify(join(root, 'solutions', name, `${name}.ts`));
  test.each<[string, string, RegExp]>([
    [
      'starts a process',
      "import { spawn } from 'node:child_process'; spawn('sleep', ['97'], { detached: true });",
      /^a graded program may not start a process \(exercises\/.*:1\)$/,
    ],
    [
      'starts a process, and finds the way to it at run time',
      "process.getBuiltinModule('child_process').execSync('true');",
      /^a graded program may not start a process/,
    ],
    [
      'starts a thread',
      "import { Worker } from 'node:worker_threads'; new Worker('', { eval: true });",
      /^a graded program may not start a thread/,
    ],
    [
      'changes how modules load',
      "import { register } from 'node:module'; register('data:text/javascript,');",
      /^a graded program may not start a thread/,
    ],
    [
      'looks for what Node hides',
      "process.binding('spawn_sync');",
      /^a graded program may not/,
    ],
    [
      'writes',
      `import fs from 'node:fs'; fs.writeFileSync('${root}/exercises/written.txt', '');`,
      /^a graded program may not (?:write|use files)/,
    ],
    [
      'reads the solution',
      `import { readFile } from 'node:fs/promises'; await readFile(${solution});`,
      /^a graded program may not (?:read|use files)/,
    ],
    [
      'imports the solution by a name that is made at run time',
      `export * as all from 'node:path'; const way = () => ${solution}; await import(way());`,
      /^a graded program may not read|Unknown file extension/,
    ],
    [
      'imports it from where it works',
      `const here = process.cwd(); await import(here + '/solutions/${name}/${name}.ts');`,
      /^Cannot find module/,
    ],
    [
      'ends the grading',
      "process.kill(process.ppid, 'SIGKILL');",
      /^a graded program may not end another process/,
    ],
    [
      'ends the grading and all about it',
      "process.kill(0, 'SIGKILL');",
      /^a graded program may not end another process/,
    ],
  ])('that %s is refused, in a sentence', async (_what, code, saw) => {
    const before = readdirSync(join(root, 'exercises'));
    expect(readFailure(await grade(name, `${code}\n${readSolution(name)}`))).toMatch(saw);
    expect(readdirSync(join(root, 'exercises'))).toEqual(before);
  });
});

test('a submission may write into its own folder, where it works', async () => {
  const code = `import fs from 'node:fs'; import os from 'node:os';
    fs.writeFileSync('notes.txt', 'x'); fs.mkdtempSync(os.tmpdir() + '/mine-');`;
  const graded = await grade('cristian', `${code}\n${readSolution('cristian')}`);
  expect(readFailure(graded)).toBe('nothing failed');
});

const exported = `export default { name: 'cristian', exports: [], checks: [
  { id: 'a', sentence: 'a', points: 100, slide: '', hints: [], run: async () => {} },
] };`;

test.runIf(process.platform === 'linux')(
  'a process that was left behind and holds the pipes keeps nobody waiting, and ends',
  async () => {
    const temporary = join(group.path, 'temporary');
    mkdirSync(temporary);
    vi.stubEnv('TMPDIR', temporary);
    // Only a grader can: it is there before anything is locked.
    const stay = `setInterval(() => {}, 1e6); 'left behind ${process.pid}'`;
    const code = `import 'node:inspector'; import { spawn } from 'node:child_process';
      spawn(process.execPath, ['-e', ${JSON.stringify(stay)}],
        { detached: true, stdio: 'inherit' });
      ${exported}`;
    const [grader, file] = [join(group.path, 'leaves.ts'), join(group.path, 'empty.ts')];
    writeFileSync(grader, code);
    writeFileSync(file, 'export {};');
    const results = await gradeFile(grader, file);
    vi.unstubAllEnvs();
    expect(results).toMatchObject([{ status: 'pass' }]);
    expect(areGoneWithin(2000, `left behind ${process.pid}`)).toBe(true);
    expect(readdirSync(temporary)).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')(
  'who carries the mark is ended, and nobody else',
  async () => {
    const start = (mark: string) =>
      spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
        env: { ...process.env, [markName]: mark },
        detached: true,
      });
    const [marked, other] = [start('one'), start('one more')];
    const ended = once(marked, 'exit');
    await Promise.all([marked, other].map((child) => once(child, 'spawn')));
    endMarked('one');
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(listProcesses(String(other.pid))).not.toEqual([]);
    expect(other.exitCode).toBe(null);
    other.kill();
    await once(other, 'exit');
  },
);
