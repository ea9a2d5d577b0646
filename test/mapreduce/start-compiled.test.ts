/** Modules that run with what V8 has compiled for them before: real processes and threads. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import {
  bundleTasks,
  bundleWorkerMain,
  startCompiled,
  transports,
} from '../../src/mapreduce/bundle.ts';
import { kept } from './kept.ts';

const folder = mkdtempSync(join(tmpdir(), 'start-compiled-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node = (...args: string[]) =>
  execFileSync(process.execPath, args, { encoding: 'utf8', cwd: folder });
const compile = (file: string) =>
  node(join(startCompiled, '../compile-modules.cjs'), file);

/** As it is bundled: the function that Node would make of a CommonJS module. */
const wrap = (source: string) =>
  `(function (exports, require, module, __filename, __dirname) {${source}\n})`;

/** In a process with a worker's flags, and in a thread of it. */
const look = join(folder, 'look.cjs');
writeFileSync(
  look,
  `const { readFileSync } = require('node:fs');
   const { Script } = require('node:vm');
   const { isMainThread, Worker } = require('node:worker_threads');
   const file = process.argv[2];
   const cachedData = readFileSync(file + '.code').subarray(0, -4);
   const { cachedDataRejected } = new Script(readFileSync(file, 'utf8'), { cachedData });
   console.log(cachedDataRejected);
   if (isMainThread) new Worker(__filename, { argv: [file], execArgv: [] });`,
);
const isTaken = (file: string) =>
  expect(node('--single-threaded-gc', look, file)).toBe('false\nfalse\n');

/** Also of what is loaded late. */
test('V8 takes the code of every module of a command', async () => {
  const start = join(import.meta.dirname, '../../src/cli/start.cjs');
  node(start, 'mapreduce', '--help');
  const note = JSON.parse(readFileSync(join(kept, 'mapreduce.json'), 'utf8'));
  const modules = readdirSync(join(kept, note.folder)).filter((name) =>
    name.endsWith('.cjs'),
  );
  expect(modules).toContain('mapreduce.cjs');
  expect(modules.length).toBeGreaterThan(1);
  for (const name of modules) isTaken(join(kept, note.folder, name));
});

describe('V8 takes the code', () => {
  test.each(transports)('of a worker that speaks %s', async (transport) => {
    const { fromModules } = await bundleWorkerMain(join(folder, transport), transport);
    isTaken(`${fromModules.at(-1)}`);
  });

  test('of the thread that runs its tasks', async () => {
    const job = join(import.meta.dirname, '../../src/apps/word-count.ts');
    isTaken((await bundleTasks(job, join(folder, 'tasks'))).taskThread);
  });
});

test('code is kept without the flags of whoever has it compiled', () => {
  const keeper = join(import.meta.dirname, '../../src/mapreduce/kept-bundle.cjs');
  const entry = join(folder, 'entry.js');
  writeFileSync(entry, "console.log('it runs');");
  const name = `start-compiled-test-${process.pid}`;
  const program = `import { keepBundle } from ${JSON.stringify(keeper)};
    const options = { format: 'cjs', banner: {}, outExtension: { '.js': '.cjs' } };
    console.log(await keepBundle(${JSON.stringify(name)}, { entry: ${JSON.stringify(entry)} }, options, { isCompiled: true }));`;
  const args = ['--input-type=module', '--eval', program];
  const env = { ...process.env, NODE_OPTIONS: '--max-old-space-size=300' };
  const place = execFileSync(process.execPath, args, { encoding: 'utf8', env }).trim();
  onTestFinished(() => {
    for (const left of [place, join(place, '..', `${name}.json`)])
      rmSync(left, { recursive: true });
  });
  isTaken(join(place, 'entry.cjs'));
});

describe('a module', () => {
  const file = join(folder, 'module.cjs');
  const run = () => node(startCompiled, file, 'an argument');
  const expected = `an argument ${folder} 7\n`;
  beforeEach(() => {
    const sum = 'function add(a, b) { return a + b; }';
    const print = 'console.log(process.argv[2], __dirname, add(3, 4));';
    writeFileSync(file, wrap(`${sum} ${print}`));
    compile(file);
  });

  test('runs with its code, and without', () => {
    expect(run()).toBe(expected);
    rmSync(`${file}.code`);
    expect(run()).toBe(expected);
  });

  test.each([0, 40, 200, 500])('runs where byte %i of its code is damaged', (at) => {
    const bytes = readFileSync(`${file}.code`);
    bytes[at] = (bytes[at] as number) ^ 0xff;
    writeFileSync(`${file}.code`, bytes);
    expect(run()).toBe(expected);
  });

  test.each([0, 3, 100])('runs where only %i bytes of its code are left', (length) => {
    writeFileSync(`${file}.code`, readFileSync(`${file}.code`).subarray(0, length));
    expect(run()).toBe(expected);
  });

  test('is not given out half-made where it has failed before', () => {
    writeFileSync(file, wrap("exports.half = 1; throw new Error('no more')"));
    const asks = join(folder, 'asks.cjs');
    writeFileSync(
      asks,
      `const { loadCompiled } = require(${JSON.stringify(startCompiled)});
       for (let i = 0; i < 2; i++)
         try { console.log(loadCompiled(${JSON.stringify(file)})); }
         catch ({ message }) { console.log(message); }`,
    );
    expect(node(asks)).toBe('no more\nno more\n');
  });

  test('never runs the code of another one, as long as it may be', () => {
    const other = join(folder, 'other.cjs');
    writeFileSync(other, readFileSync(file, 'utf8').replace('a + b', 'a * b'));
    compile(other);
    copyFileSync(`${other}.code`, `${file}.code`);
    expect(run()).toBe(expected);
  });
});
