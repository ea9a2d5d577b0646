/**
 * What runs of several stages remember: whole stages of earlier jobs, and what was done under
 * a master that was killed. Real processes and real signals.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { readJournal } from '../../src/mapreduce/journal.ts';
import {
  folder,
  freshPath,
  input,
  jobs,
  noBackup,
  readOutput,
  runJson,
} from './mapreduce-run.ts';
import { areGoneWithin, start } from './program.ts';

// Several runs each: a ceiling for a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const text = readFileSync(input, 'utf8');
const count = writeJob(
  'count',
  `export function map(key, line, emit) { for (const w of line.split(' ')) emit(w, '1'); }
export function reduce(word, ones) { return String(ones.length); }\n`,
);

function writeJob(name: string, code: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, code);
  return path;
}

/** The first stage with something changed. */
function vary(name: string, from: string, to: string): string {
  const code = readFileSync(count, 'utf8');
  expect(code).toContain(from);
  return writeJob(name, code.replace(from, to));
}

describe('a cache and a second job with the same first stage', () => {
  const runOn = (cache: string, job: string, second: string, ...more: string[]) =>
    runJson([
      ...['--job', job, '--then', second, '--cache', cache, '--verify', ...noBackup],
      ...['--workers', '2', '--reduce-tasks', '3', '--split-size', '2k', ...more],
    ]);

  test('runs its own stage alone, and explains that', async () => {
    const cache = freshPath();
    const first = await runOn(cache, count, 'by-frequency', input);
    expect(first.summary).toMatchObject({
      verified: true,
      reused: { map: 0, reduce: 0 },
    });
    const second = await runOn(cache, count, 'sort', '--explain', input);
    const [one, two] = second.summary.stages;
    expect(second.summary.verified).toBe(true);
    expect(one).toMatchObject({ attempts: 0, reused: { map: one.mapTasks, reduce: 3 } });
    expect(two).toMatchObject({ reused: { map: 0, reduce: 0 } });
    expect(two.attempts).toBe(two.mapTasks + 3);
    expect(second.stderr).toMatch(
      /stage 1 of 2, .*\n {2}code \w{8}, partitioner the key's hash, input \w{8}\nmap .*: reused/,
    );
    const third = await runOn(cache, count, 'sort', input);
    expect(third.summary).toMatchObject({ verified: true, attempts: 0 });
    expect(readOutput(third.output)).toEqual(readOutput(second.output));
  });

  test.each<[string, () => string[]]>([
    ['map function', () => [vary('map', "'1'", "'one'"), input]],
    ['reduce function', () => [vary('reduce', 'ones.length', '2 * ones.length'), input]],
    [
      'partitioner',
      () => {
        const own =
          'export const partition = (w, n) => w.length % n;\nexport function map(';
        return [vary('partition', 'export function map(', own), input];
      },
    ],
    [
      'input',
      () => {
        const other = join(folder, 'other.txt');
        writeFileSync(other, text.replaceAll('line', 'lines'));
        return [count, other];
      },
    ],
    ['number of reduce tasks', () => [count, input, '--reduce-tasks', '2']],
  ])('a changed %s: the first stage is never reused', async (_, change) => {
    const cache = freshPath();
    await runOn(cache, count, 'by-frequency', input);
    const [job = '', ...rest] = change();
    const { summary } = await runOn(cache, job, 'sort', ...rest);
    expect(summary.verified).toBe(true);
    expect(summary.stages[0].reused.reduce).toBe(0);
  });

  test('a damaged output file is noticed, and made again alone', async () => {
    const cache = freshPath();
    await runOn(cache, count, 'by-frequency', input);
    const [damaged = ''] = listOutputs(cache).filter((file) => readFileSync(file).length);
    writeFileSync(damaged, readFileSync(damaged).fill('x', 0, 1));
    const second = await runOn(cache, count, 'by-frequency', input);
    expect(second.summary.verified).toBe(true);
    const { stages } = second.summary;
    const times = stages.map(({ attempts }: { attempts: number }) => attempts);
    expect(times.toSorted()).toEqual([0, 1]);
    const third = await runOn(cache, count, 'by-frequency', input);
    expect(third.summary).toMatchObject({ verified: true, attempts: 0 });
  });

  test('a job of one stage is found by the first stage of another', async () => {
    const cache = freshPath();
    const sizes = ['--reduce-tasks', '3', '--split-size', '2k', '--workers', '2'];
    await runJson(['--job', count, '--cache', cache, ...sizes, input]);
    const { summary } = await runOn(cache, count, 'by-frequency', input);
    expect(summary.verified).toBe(true);
    expect(summary.stages[0].attempts).toBe(0);
  });
});

function listOutputs(cache: string): string[] {
  return readdirSync(cache)
    .map((entry) => join(cache, entry, 'mr-out'))
    .filter((file) => existsSync(file));
}

describe('a journal and kill -9 of the master in the second stage', () => {
  test.each(['local-disk', 'shared'])(
    '%s: the first stage is not done again, nor what the second has completed',
    async (store) => {
      const [until, journal, output] = [freshPath(), freshPath(), freshPath()];
      const program = start('mapreduce', [
        ...['--job', count, '--then', join(jobs, 'waits-in-map.ts'), '--store', store],
        ...['--param', `until=${until}`, '--journal', journal, '--output', output],
        ...['--workers', '1', '--reduce-tasks', '3', '--split-size', '2k', input],
      ]);
      await program.prints(/reading mr-out-/);
      program.child.kill('SIGKILL');
      await program.exited;
      expect(areGoneWithin(10_000, journal)).toBe(true);
      expect(readJournal(journal).accepted.every(({ stage }) => stage === 1)).toBe(true);
      writeFileSync(until, '');
      const args = ['--resume', journal, '--json', '--verify'];
      const resumed = start('mapreduce', args);
      expect(await resumed.exited, resumed.stderr()).toEqual({ code: 0, signal: null });
      const summary = JSON.parse(resumed.stdout());
      expect(summary).toMatchObject({ verified: true, outputDir: output });
      const [one, two] = summary.stages;
      expect(one).toMatchObject({
        attempts: 0,
        reused: { map: one.mapTasks, reduce: 3 },
      });
      expect(two).toMatchObject({ attempts: two.mapTasks + 3 });
      expect(existsSync(journal)).toBe(false);
    },
  );

  test('an output file of the first stage that went meanwhile is made again alone', async () => {
    const [until, journal, output] = [freshPath(), freshPath(), freshPath()];
    const program = start('mapreduce', [
      ...['--job', count, '--then', join(jobs, 'waits-in-map.ts'), '--output', output],
      ...['--param', `until=${until}`, '--journal', journal, '--workers', '1'],
      ...['--reduce-tasks', '2', '--split-size', '2k', input],
    ]);
    await program.prints(/reading mr-out-/);
    program.child.kill('SIGKILL');
    await program.exited;
    expect(areGoneWithin(10_000, journal)).toBe(true);
    const between = join(journal, 'stage-1');
    const [written = ''] = readdirSync(between).filter((name) => /^mr-out/.test(name));
    writeFileSync(join(between, written), 'damaged');
    writeFileSync(until, '');
    const resumed = start('mapreduce', ['--resume', journal, '--json', '--verify']);
    expect((await resumed.exited).code, resumed.stderr()).toBe(0);
    const summary = JSON.parse(resumed.stdout());
    expect(summary.verified).toBe(true);
    const [one] = summary.stages;
    expect(one).toMatchObject({ attempts: 1, reused: { map: one.mapTasks, reduce: 1 } });
  });
});
