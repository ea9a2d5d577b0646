/** Jobs as users write them, bundled into one module and loaded as a worker loads them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleTasks } from '../../src/mapreduce/bundle.ts';
import { type Job, JobError, type JobParams, loadJob } from '../../src/mapreduce/job.ts';

const apps = join(import.meta.dirname, '../../src/apps');
const jobs = join(import.meta.dirname, '../fixtures/jobs');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'job-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let nextBundle = 0;

async function load(jobFile: string, params: JobParams = {}) {
  const bundle = await bundleTasks(jobFile, join(folder, `bundle-${nextBundle++}`));
  return loadJob(bundle.jobModule, params);
}

function write(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
}

describe('a job may', () => {
  test('be TypeScript, with modules and packages of its own', async () => {
    const job = (await load(join(jobs, 'imports-a-package.ts'))) as Job;
    const pairs: string[] = [];
    await job.map({ file: 'f', offset: 0 }, 'line', (key, value) =>
      pairs.push(key, value),
    );
    expect(pairs).toEqual(['line\ttrue\n', '1']);
  });

  test.each([
    ['be CommonJS', 'job.cjs', "exports.map = () => {}; exports.reduce = () => 'r';"],
    [
      'have a default export',
      'job.mjs',
      "export default { map() {}, reduce: () => 'r' };",
    ],
    [
      'wait at its top level',
      'waits.mjs',
      "const r = await Promise.resolve('r'); export const map = () => {}; export const reduce = () => r;",
    ],
    [
      'ask for its own place',
      'place.mjs',
      `import { existsSync } from 'node:fs';
       const { url, dirname, filename } = import.meta;
       const isThere = [new URL(url), dirname, filename].every((place) => existsSync(place)) &&
         import.meta.resolve('node:fs') === 'node:fs';
       export const map = () => {}; export const reduce = () => isThere ? 'r' : 'nowhere';`,
    ],
    [
      'prepare itself asynchronously',
      'job.js',
      "let r; export async function setup() { await null; r = 'r'; } export const map = () => {}; export const reduce = () => r;",
    ],
  ])('%s', async (_what, name, source) => {
    const job = await load(write(name, source));
    expect(await job.reduce('k', [])).toBe('r');
  });
});

test.each([
  ['that is a module', ''],
  ['that waits at its top level', 'await null;'],
])('a job %s is strict: what is wrong is not passed over', async (_what, wait) => {
  const source = `const fixed = Object.freeze({ most: 1 });
    export const map = () => { fixed.most = 2; };
    export function reduce() { undeclared = 5; return String(this); }
    ${wait}`;
  const { map, reduce } = (await load(write('strict.mjs', source))) as Job;
  const key = { file: 'f', offset: 0 };
  expect(() => map(key, 'line', () => {})).toThrow(TypeError);
  expect(() => reduce('k', [])).toThrow(ReferenceError);
});

describe('a job is refused with one sentence when it', () => {
  test.each<[string, () => string, JobParams, RegExp]>([
    [
      'does not compile',
      () => write('broken.ts', 'export function map( {'),
      {},
      /^the job does not compile: .*broken\.ts:1:\d+: /,
    ],
    [
      'imports what is not there',
      () => write('lonely.ts', "import './nowhere.ts';"),
      {},
      /^the job does not compile: .*lonely\.ts:1:8: Could not resolve/,
    ],
    [
      'exports no reduce',
      () => join(jobs, 'no-reduce.ts'),
      {},
      /^the job exports no function reduce: export function reduce/,
    ],
    [
      'exports nothing at all',
      () => write('nothing.cjs', 'module.exports = null;'),
      {},
      /^the job exports no function map: export function map/,
    ],
    [
      'asks for records of another kind',
      () =>
        write(
          'pages.mjs',
          "export const records = 'pages'; export const map = () => {}; export const reduce = map;",
        ),
      {},
      /^the job exports records = "pages": it must be 'lines' or 'bytes'$/,
    ],
    [
      'exports a partition that is a number',
      () =>
        write(
          'two.mjs',
          'export const partition = 2; export const map = () => {}; export const reduce = map;',
        ),
      {},
      /^the job exports partition, but it is not a function$/,
    ],
    [
      'throws while it is loaded',
      () => join(jobs, 'fails-to-load.ts'),
      {},
      /^the job failed to load: Error: no licence for this module\n\s+at /,
    ],
    [
      'lacks a param',
      () => join(apps, 'grep.ts'),
      {},
      /refuses its params: grep needs a pattern/,
    ],
    [
      'cannot use a param',
      () => join(apps, 'grep.ts'),
      { pattern: '(' },
      /refuses its params: --pattern \(: Invalid regular expression/,
    ],
    [
      'fails to prepare itself later',
      () =>
        write(
          'late.mjs',
          "export const setup = async () => { throw new Error('later'); }; export const map = () => {}; export const reduce = map;",
        ),
      {},
      /refuses its params: later/,
    ],
  ])('%s', async (_what, file, params, sentence) => {
    const error = await load(file(), params).catch((e) => e);
    expect(error).toBeInstanceOf(JobError);
    expect(error.message).toMatch(sentence);
  });
});
