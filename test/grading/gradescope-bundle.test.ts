/** The zip for Gradescope: unpacked and run as Gradescope runs it, there is always a result. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeGradescopeBundle } from '../../src/grading/gradescope-bundle.ts';
import { root, run } from '../cli/program.ts';
import { parseGradescope } from './gradescope-format.ts';
import { interruptCristian, readSolution } from './submissions.ts';

interface Unpacked {
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
}

/** Reads an archive by its central directory, as unzip does. */
function unzip(zip: Buffer): Unpacked[] {
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x06054b50);
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const nameLength = zip.readUInt16LE(at + 28);
    const path = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start =
      local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    const mode = zip.readUInt32LE(at + 38) >>> 16;
    const content = inflateRawSync(packed);
    expect(content.length).toBe(zip.readUInt32LE(at + 24));
    at += 46 + nameLength;
    return { path, content, mode };
  });
}

const { zip } = makeGradescopeBundle('cristian', { hasPackages: false });
const files = unzip(zip);

test('its top holds the two scripts, executable, with plain newlines', () => {
  for (const name of ['setup.sh', 'run_autograder']) {
    const script = files.find(({ path }) => path === name);
    expect(script?.mode).toBe(0o100755);
    expect(script?.content.toString()).toMatch(/^#!\/usr\/bin\/env bash\n/);
    expect(script?.content.includes('\r')).toBe(false);
  }
});

test('it holds graders and source, and neither solutions nor tests', () => {
  const paths = files.map(({ path }) => path);
  expect(paths).toContain('exercises/cristian/grader.ts');
  expect(paths).toContain('exercises/cristian/grader/mistakes.ts');
  expect(paths).toContain('src/cli/grade.ts');
  expect(paths.filter((path) => /^(solutions|test|node_modules)/.test(path))).toEqual([]);
});

test('the same files make the same bytes', () => {
  const again = makeGradescopeBundle('cristian', { hasPackages: false });
  expect(again.zip.equals(zip)).toBe(true);
});

test('with packages: those that grading needs, and none of the others', () => {
  const { zip: big } = makeGradescopeBundle('all', { hasPackages: true });
  const paths = unzip(big).map(({ path }) => path);
  expect(paths).toContain('node_modules/tsx/package.json');
  expect(paths).toContain('node_modules/esbuild/package.json');
  expect(paths.filter((path) => path.startsWith('node_modules/vitest/'))).toEqual([]);
});

test('the command writes it, and needs a place for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const out = join(folder, 'autograder.zip');
  const written = await run('gradescope', ['cristian', '--out', out]);
  expect(written).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(out).equals(zip)).toBe(true);
  const nowhere = await run('gradescope', []);
  expect(nowhere.code).toBe(1);
  expect(nowhere.stderr).toMatch(/^error: required option '--out <file>'/);
  rmSync(folder, { recursive: true });
});

describe.runIf(process.platform === 'linux')('run_autograder', () => {
  let machine: string;
  beforeAll(() => {
    machine = mkdtempSync(join(tmpdir(), 'gradescope-'));
    for (const { path, content, mode } of files) {
      const file = join(machine, 'source', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      chmodSync(file, mode & 0o777);
    }
    symlinkSync(join(root, 'node_modules'), join(machine, 'source/node_modules'));
    mkdirSync(join(machine, 'submission'));
    copyFileSync(join(machine, 'source/run_autograder'), join(machine, 'run_autograder'));
  });
  afterAll(() => rmSync(machine, { recursive: true, force: true }));

  function autograde(code: string | undefined, env: Record<string, string> = {}) {
    rmSync(join(machine, 'submission'), { recursive: true });
    mkdirSync(join(machine, 'submission'));
    if (code !== undefined)
      writeFileSync(join(machine, 'submission', 'cristian.ts'), code);
    const { status } = spawnSync(join(machine, 'run_autograder'), {
      env: { ...process.env, AUTOGRADER_ROOT: machine, ...env },
      cwd: '/',
    });
    expect(status).toBe(0);
    expect(existsSync(join(machine, 'results/results.json.new'))).toBe(false);
    return parseGradescope(readFileSync(join(machine, 'results/results.json'), 'utf8'));
  }

  const sum = (scores: readonly { score: number }[]) =>
    scores.reduce((total, { score }) => total + score, 0);

  test('setup.sh takes what is there', () => {
    const setup = spawnSync(join(machine, 'source/setup.sh'), {
      env: { ...process.env, AUTOGRADER_ROOT: machine },
      encoding: 'utf8',
    });
    expect({ status: setup.status, stderr: setup.stderr }).toEqual({
      status: 0,
      stderr: '',
    });
  });

  test.each<[string, string | undefined, number]>([
    ['a solution', readSolution('cristian'), 100],
    ['code that ends the process', interruptCristian('process.exit(0)'), 70],
    ['code that does not compile', 'export async function SyncTime( {', 0],
    ['nothing', undefined, 0],
  ])('%s: every check, and its points', (_what, code, points) => {
    const { tests } = autograde(code);
    expect(tests).toHaveLength(8);
    expect(sum(tests)).toBe(points);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['it takes too long', { AUTOGRADER_LIMIT_S: '0.01' }, /it took more than 0\.01 s/],
    [
      'Node crashes',
      { NODE_OPTIONS: '--nonsense' },
      /the grader ended with exit code \d+/,
    ],
  ])('%s: it says so, and takes no points', (_what, env, sentence) => {
    const { output, tests } = autograde(readSolution('cristian'), env);
    expect(output).toMatch(sentence);
    expect(output).toMatch(
      /^Not graded: .* This is not your fault; tell your lecturer\.$/,
    );
    expect(tests).toMatchObject([{ score: 0, max_score: 0, status: 'failed' }]);
  });

  test('the autograder is broken: it says so', () => {
    rmSync(join(machine, 'source'), { recursive: true });
    const { output } = autograde(readSolution('cristian'));
    expect(output).toMatch(/^Not graded: the autograder is not complete\. /);
  });
});
