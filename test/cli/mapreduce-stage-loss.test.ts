/**
 * Output of a stage that is lost before the next one has read it: the least is made again,
 * and the answer is right, or there is none. Real processes, real files.
 */
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { findBreaches, listBars } from '../mapreduce/trace-rules.ts';
import { folder, freshPath, jobs, noBackup } from './mapreduce-run.ts';
import { areGoneWithin, listProcesses, type Program, start } from './program.ts';

// Several runs each: a ceiling for a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const waits = join(jobs, 'waits-in-map.ts');
/** Words enough for every partition, in every split. */
const words = join(folder, 'words.txt');
const lines = Array.from({ length: 400 }, (_, i) => `word ${(i % 20).toString(36)}x\n`);
writeFileSync(words, lines.join('').replace(/\d/g, 'y'));
const chance = join(folder, 'chance.mjs');
writeFileSync(
  chance,
  `export function map(_key, line, emit) { emit(line.split(' ')[1], '1'); }
export function reduce() { return String(Math.random()); }\n`,
);

interface Begun {
  readonly program: Program;
  /** Where the first stage's output is. */
  readonly between: string;
  readonly journal: string;
  readonly output: string;
  /** Lets the second stage's map functions go on. */
  readonly release: () => void;
}

/** Up to the moment at which the second stage has read `mr-out-0`, and no more. */
async function beginTwoStages(...args: string[]): Promise<Begun> {
  const [until, journal, output] = [freshPath(), freshPath(), freshPath()];
  const program = start('mapreduce', [
    ...['--then', waits, '--param', `until=${until}`, '--journal', journal, '--json'],
    ...['--output', output, '--verify', '--reduce-tasks', '3', ...noBackup],
    ...['--split-size', '512', ...args, words],
  ]);
  await program.prints(/reading mr-out-0/);
  const between = join(journal, 'stage-1');
  const release = () => writeFileSync(until, '');
  return { program, between, journal, output, release };
}

async function finish({ program, journal }: Begun) {
  expect((await program.exited).code, program.stderr()).toBe(0);
  expect(existsSync(journal)).toBe(false);
  expect(listProcesses(journal)).toEqual([]);
  return { summary: JSON.parse(program.stdout()), log: program.stderr() };
}

/** Same size, other bytes: only a checksum can tell. */
function spoil(file: string): void {
  writeFileSync(file, readFileSync(file).fill('x', 0, 1));
}

describe('an output file of the first stage, before it is read', () => {
  test.each<[string, (file: string) => void]>([
    ['is removed', (file) => rmSync(file)],
    ['is truncated', (file) => truncateSync(file, 3)],
    ['is another, as long as before', spoil],
  ])('%s: its reduce task runs again, and nothing else', async (_, damage) => {
    const path = freshPath();
    const begun = await beginTwoStages('--workers', '1', '--trace', path);
    damage(join(begun.between, 'mr-out-2'));
    begun.release();
    const { summary, log } = await finish(begun);
    expect(log).toMatch(/stage 1: mr-out-2 is missing or damaged: stage 2 waits/);
    expect(log).toMatch(/stage 1 goes on: reduce 2 to be executed again\n/);
    expect(summary).toMatchObject({ verified: true, lostWorkers: [] });
    const [first, second] = summary.stages;
    expect(first.reExecuted).toEqual({ map: 0, reduce: 1 });
    expect(first.attempts).toBe(first.mapTasks + first.reduceTasks + 1);
    expect(second.reExecuted).toEqual({ map: 1, reduce: 0 });
    const trace = readFileSync(path, 'utf8');
    expect(findBreaches(trace)).toEqual([]);
    const bars = listBars(JSON.parse(trace));
    expect(bars).toContain('1: stage 1, reduce 2 completed, output lost later');
    expect(bars).toContainEqual(expect.stringMatching(/stage 2, map 2 input missing/));
  });

  test('all of them are removed, with their folder', async () => {
    const begun = await beginTwoStages('--workers', '1');
    rmSync(begun.between, { recursive: true });
    begun.release();
    const { summary } = await finish(begun);
    expect(summary).toMatchObject({ verified: true });
    expect(summary.stages[0].reExecuted).toEqual({ map: 0, reduce: 3 });
  });
});

describe('an output file and a worker', () => {
  /** The tasks that a worker was given in the first stage. */
  const mapsOf = (worker: number, log: string) =>
    [...log.split('stage 2 of 2')[0]!.matchAll(/ (map \d+) to worker (\d)/g)]
      .filter(([, , who]) => Number(who) === worker)
      .map(([, task]) => task as string);

  test.each(['local-disk', 'shared'])('%s', async (store) => {
    const begun = await beginTwoStages('--workers', '2', '--store', store);
    const { program } = begun;
    await program.prints(/reading mr-out-1/);
    const [, pid] = /worker 2 registered, process (\d+)/.exec(program.stderr()) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    await program.prints(/worker 2 lost/);
    rmSync(join(begun.between, 'mr-out-2'));
    begun.release();
    const { summary, log } = await finish(begun);
    const maps = store === 'shared' ? [] : mapsOf(2, log);
    const again = /stage 1 goes on: (.*) to be executed again/
      .exec(log)?.[1]
      ?.split(', ');
    expect(again?.sort()).toEqual([...maps, 'reduce 2'].sort());
    expect(summary).toMatchObject({ verified: true, lostWorkers: [2] });
    expect(summary.stages[0].reExecuted).toEqual({ map: maps.length, reduce: 1 });
  });
});

test('output that cannot be made again as it was fails the run, loudly', async () => {
  const job = ['--job', chance, '--workers', '1'];
  const begun = await beginTwoStages(...job);
  rmSync(join(begun.between, 'mr-out-2'));
  begun.release();
  expect((await begun.program.exited).code).toBe(1);
  expect(begun.program.stderr()).toMatch(
    /stage 1 has made output file 2 again, and it is another than before: the job is not/,
  );
  expect(begun.program.stdout()).toBe('');
  expect(readdirSync(begun.output).filter((name) => name.startsWith('mr-'))).toEqual([]);
  expect(areGoneWithin(10_000, begun.journal)).toBe(true);
});
