/** Whatever a student hands in, and whatever it does: each check is listed, in a stable order. */
import {
  mkdirSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { gradeStudents } from '../../src/grading/grade-students.ts';
import { type GradedExercise, pointsOf } from '../../src/grading/graded.ts';
import { type ExerciseName, graderOf } from '../../src/grading/manifest.ts';
import {
  ClassFolder,
  interruptCristian,
  readChaff,
  readSolution,
  readStub,
} from './submissions.ts';

let group: ClassFolder;
beforeAll(() => {
  group = new ClassFolder();
});
afterAll(() => group.remove());

async function gradeCristian(
  folder: string,
  findGrader: (name: ExerciseName) => string = graderOf,
): Promise<GradedExercise> {
  const options = { jobs: 1, findGrader };
  const [student] = await gradeStudents([{ who: 'ann', folder }], ['cristian'], options);
  return student?.exercises[0] as GradedExercise;
}

function statusesOf(exercise: GradedExercise): string {
  if (exercise.kind === 'not-graded') return exercise.reason;
  return exercise.results.map(({ status }) => status[0]).join('');
}

function explain(exercise: GradedExercise) {
  if (exercise.kind === 'not-graded') throw new Error(exercise.reason);
  const failure = exercise.results.find(({ status }) => status === 'fail');
  if (failure?.status !== 'fail') throw new Error('nothing failed');
  return failure.explanation;
}

describe.concurrent('a submission that', () => {
  test.each<[string, () => Record<string, string>, string, number]>([
    ['is solved', () => ({ 'cristian.ts': readSolution('cristian') }), 'pppppppp', 100],
    ['is the stub', () => ({ 'cristian.ts': readStub('cristian') }), 'fwwwwwww', 0],
    [
      'is a common wrong answer',
      () => ({ 'cristian.ts': readChaff('cristian', 'subtracts-half') }),
      'ppfwwwww',
      15,
    ],
    [
      'ends the process in the middle',
      () => ({ 'cristian.ts': interruptCristian('process.exit(0)') }),
      'ppppppfw',
      70,
    ],
    [
      'is killed in the middle',
      () => ({
        'cristian.ts': interruptCristian("process.kill(process.pid, 'SIGKILL')"),
      }),
      'ppppppfw',
      70,
    ],
    [
      'loops for ever in the middle',
      () => ({ 'cristian.ts': interruptCristian('while (true)') }),
      'ppppppfw',
      70,
    ],
    [
      'stands in its place',
      () => ({ 'exercises/cristian/cristian.ts': readSolution('cristian') }),
      'pppppppp',
      100,
    ],
    [
      'is a whole repository in a folder',
      () => ({
        'repo-1/exercises/cristian/cristian.ts': readSolution('cristian'),
        'repo-1/solutions/cristian/cristian.ts': 'export {};',
        'repo-1/src/lecture/cristian.ts': 'throw new Error("not ours");',
      }),
      'pppppppp',
      100,
    ],
    [
      'lies somewhere else, once',
      () => ({ 'a/b/c/d/cristian.ts': readSolution('cristian') }),
      'pppppppp',
      100,
    ],
    [
      'brings its own grader',
      () => ({
        'exercises/cristian/cristian.ts': readStub('cristian'),
        'exercises/cristian/grader.ts': 'export default { checks: [] };',
        'src/grading/grade-child.ts': 'process.exit(0);',
      }),
      'fwwwwwww',
      0,
    ],
  ])('%s', async (what, files, statuses, points) => {
    const graded = await gradeCristian(group.handIn(what, files()));
    expect(statusesOf(graded)).toBe(statuses);
    expect(pointsOf([graded])).toEqual({ earned: points, total: 100 });
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['is empty', {}, /^no cristian\.ts$/],
    ['has another name', { 'Cristan.ts': '' }, /^no cristian\.ts; there is Cristan\.ts$/],
    ['lies too deep', { 'a/b/c/d/e/cristian.ts': '' }, /^no cristian\.ts$/],
    [
      'is there twice',
      { 'a/cristian.ts': '', 'b/cristian.ts': '' },
      /^2 files named cristian\.ts: a\/cristian\.ts, b\/cristian\.ts$/,
    ],
    [
      'does not compile',
      { 'cristian.ts': 'export {};\nexport async function SyncTime( {' },
      /^does not compile, line 2: /,
    ],
    [
      'imports what is not handed in',
      { 'cristian.ts': "import { f } from './f.ts';\nf();", 'f.ts': '' },
      /^imports \.\/f\.ts; only this file is graded, with what is in \.\.\/\.\.\/src\/$/,
    ],
    [
      'imports the solution',
      { 'cristian.ts': "export * from '../../solutions/cristian/cristian.ts';" },
      /^imports \.\.\/\.\.\/solutions/,
    ],
    [
      'imports the solution in a roundabout way',
      { 'cristian.ts': "await import('../../src/../solutions/cristian/cristian.ts');" },
      /^imports \.\.\/\.\.\/src\/\.\.\/solutions/,
    ],
    ['is an absolute path', { 'cristian.ts': "import '/etc/hosts';" }, /^imports \/etc/],
  ])(
    '%s: one sentence, nothing is run, every check is listed',
    async (what, files, problem) => {
      const graded = await gradeCristian(group.handIn(what, files));
      expect(statusesOf(graded)).toBe('fwwwwwww');
      expect(graded).toHaveProperty('problem', expect.stringMatching(problem));
      expect(explain(graded).saw).toMatch(problem);
    },
  );

  test('says nothing of where it was graded', async () => {
    const folder = group.handIn('tells', { 'cristian.ts': readStub('cristian') });
    const graded = await gradeCristian(folder);
    expect(explain(graded).saw).toMatch(/ exercises\/cristian\/cristian\.ts:\d+|\(exerc/);
    expect(JSON.stringify(graded)).not.toContain(tmpdir());
  });

  test.runIf(process.platform !== 'win32')(
    'is a link, a folder or huge is not read',
    async () => {
      const link = group.handIn('link', {});
      symlinkSync('/etc/hosts', join(link, 'cristian.ts'));
      symlinkSync('/', join(link, 'everything'));
      expect(explain(await gradeCristian(link)).saw).toMatch(/is a link or a device/);

      const folder = group.handIn('folder', {});
      mkdirSync(join(folder, 'cristian.ts'));
      expect(explain(await gradeCristian(folder)).saw).toBe('no cristian.ts');

      const huge = group.handIn('huge', { 'cristian.ts': '' });
      truncateSync(join(huge, 'cristian.ts'), 8 * 2 ** 30);
      expect(explain(await gradeCristian(huge)).saw).toMatch(/has 8388608 kB/);
    },
  );
});

describe('a grader that', () => {
  const write = (name: string, text: string) => {
    const file = join(group.path, `${name}.ts`);
    writeFileSync(file, text);
    return () => file;
  };

  test.each([
    ['does not load', 'throw new Error("ours");'],
    ['ends the process', 'process.exit(0);'],
  ])('%s is not the fault of a student', async (what, text) => {
    const folder = group.handIn(what, { 'cristian.ts': readSolution('cristian') });
    const graded = await gradeCristian(folder, write(what.replaceAll(' ', '-'), text));
    expect(graded).toMatchObject({ kind: 'not-graded' });
    expect(graded).toHaveProperty(
      'reason',
      expect.stringMatching(/^the grader failed: /),
    );
    expect(pointsOf([graded])).toEqual({ earned: 0, total: 0 });
  });

  test('does not load cannot list its checks for a file that is missing either', async () => {
    const grader = write('broken', 'export default nothing;');
    const graded = await gradeCristian(group.handIn('nobody', {}), grader);
    expect(statusesOf(graded)).toMatch(
      /broken\.ts does not load: nothing is not defined$/,
    );
  });
});

test('many students at the same time keep their order, and leave nothing behind', async () => {
  const names: ExerciseName[] = ['wordcount', 'cristian'];
  const folders = ['slow', 'quick', 'none'].map((who) => {
    const code = who === 'slow' ? 'while (true);' : readSolution('cristian');
    const files = who === 'none' ? {} : { 'cristian.ts': code };
    return { who, folder: group.handIn(`many-${who}`, files) };
  });
  const temporary = join(group.path, 'temporary');
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
  const ended: string[] = [];
  const graded = await gradeStudents(folders, names, {
    jobs: 3,
    end: (who, { name }) => ended.push(`${who} ${name}`),
  });
  vi.unstubAllEnvs();
  expect(graded.map(({ who }) => who)).toEqual(['slow', 'quick', 'none']);
  expect(graded.map(({ exercises }) => exercises.map(({ name }) => name))).toEqual(
    Array(3).fill(names),
  );
  const points = graded.map(({ exercises }) => pointsOf(exercises).earned);
  expect(points).toEqual([0, 100, 0]);
  expect(ended).toHaveLength(6);
  expect(readdirSync(temporary).filter((name) => name.startsWith('grade-'))).toEqual([]);
});
