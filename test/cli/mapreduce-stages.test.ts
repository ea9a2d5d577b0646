/**
 * Jobs of several stages: one set of workers, faults in every stage, and output of a stage
 * that is lost before it is read. Real processes, real signals, real files.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { dialMaster } from '../../src/mapreduce/master-connection.ts';
import type { FileChunk, JoinReply, ReadCodeArgs } from '../../src/mapreduce/wire.ts';
import {
  folder,
  freshPath,
  input,
  noBackup,
  readOutput,
  runJson,
  smallInput,
} from './mapreduce-run.ts';
import { root, run, start } from './program.ts';

// Several runs each: a ceiling for a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const pair = ['--then', 'by-frequency'];

/** `worker 1 registered, process 4711`, in the order of the log. */
function listProcessesOf(log: string): string[] {
  return [...log.matchAll(/worker (\d+ registered, process \d+)/g)].map(
    ([, who]) => who as string,
  );
}

describe('two stages', () => {
  test('the second reads what the first has written, on the same workers', async () => {
    const { summary, stderr, output } = await runJson([
      ...pair,
      ...['--workers', '2', '--verify', '--explain', ...noBackup, ...smallInput],
    ]);
    expect(summary).toMatchObject({
      verified: true,
      job: 'word-count, then by-frequency',
    });
    const [first, second] = summary.stages;
    expect(first).toMatchObject({ job: 'word-count', stage: 1, reduceTasks: 4 });
    expect(second).toMatchObject({ job: 'by-frequency', stage: 2, lostWorkers: [] });
    expect(second.totals.recordsIn).toBe(first.totals.pairsOut);
    expect(summary.attempts).toBe(first.attempts + second.attempts);
    // Two in the first stage; in the second, who is free before it is over.
    const processes = listProcessesOf(stderr);
    expect(processes.length).toBeGreaterThan(2);
    expect(new Set(processes).size).toBe(2);
    expect(stderr).toMatch(
      /stage 1 of 2, word-count\n {2}code \w{8}, .*\nmap 0-6 {2}from input.txt: ran once/,
    );
    expect(stderr).toMatch(/map 0-\d {2}from reduce \d.* of stage 1: ran once/);
    const lines = Object.values(readOutput(output)).join('').trimEnd().split('\n');
    const counts = lines.map((line) => Number(/\t(\d+) /.exec(line)?.[1]));
    expect(counts[0]).toBe(400);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  test('the sequential run of both stages writes the same', async () => {
    const plain = await runJson([...pair, '--sequential', ...smallInput]);
    const real = await runJson([...pair, '--workers', '2', ...smallInput]);
    expect(plain.summary).toMatchObject({ sequential: true, stages: [{}, {}] });
    expect(readOutput(plain.output)).toEqual(readOutput(real.output));
  });

  test.each<[string, string[], RegExp]>([
    ['inverted-index', [], /^constructor\t1 mr-out-\d$/m],
    ['grep', ['--pattern', '^constr'], /^mr-out-\d:\d{10}\tconstructor\t400$/m],
  ])(
    '%s names the output files of the first as it names files',
    async (job, args, line) => {
      const all = ['--then', job, ...args, '--verify', '--workers', '2', ...smallInput];
      const { summary, output, stderr } = await runJson(all);
      expect(summary, stderr).toMatchObject({ verified: true });
      expect(Object.values(readOutput(output)).join('')).toMatch(line);
    },
  );

  test('what the second cannot read fails the run, and leaves no output', async () => {
    const output = freshPath();
    const args = ['--job', 'grep', '--pattern', 'é', '--then', 'by-frequency'];
    const result = await run('mapreduce', [...args, '--output', output, ...smallInput]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/the value of .* must be a count from 1/);
    expect(existsSync(output)).toBe(false);
  });

  test('of a job that writes nothing there is nothing to read: one sentence', async () => {
    const silent = join(folder, 'silent.mjs');
    writeFileSync(
      silent,
      `export { map } from '${root}/src/apps/word-count.ts'; export const reduce = () => [];`,
    );
    const result = await run('mapreduce', ['--job', silent, ...pair, ...smallInput]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      /\nerror: stage 1 has written nothing: there is no input for stage 2, by-frequency\n$/,
    );
  });
});

describe('however tasks and output travel', () => {
  test.each([
    ['workers that pull', ['--transport', 'grpc']],
    ['a state server', ['--store', 'state-server']],
    ['crashes and stragglers', ['--store', 'shared', '--crash-probability', '20']],
  ])('%s', async (_, args) => {
    const sizes = ['--workers', '3', '--reduce-tasks', '3', '--split-size', '2k', input];
    const two = ['--job', 'sort', '--then', 'word-count', '--then', 'by-frequency'];
    const { summary, stderr } = await runJson([...two, ...args, '--verify', ...sizes]);
    expect(summary, stderr).toMatchObject({ verified: true, stages: [{}, {}, {}] });
  });

  test('workers that have joined stay for all stages, and for the code of each', async () => {
    const [output, token] = [freshPath(), 'the-token-of-the-tests'];
    const master = start('mapreduce', [
      ...['--listen', '127.0.0.1:0', '--token', token, '--verify', '--json', ...pair],
      ...['--workers', '0', '--output', output, ...smallInput],
    ]);
    const [, address = ''] = await master.prints(/--master (\S+) --token/);
    const join = ['--master', address, '--token', token];
    const workers = ['anna', 'berta'].map((name) =>
      start('worker', [...join, '--name', name]),
    );
    expect((await master.exited).code, master.stderr()).toBe(0);
    expect(JSON.parse(master.stdout())).toMatchObject({
      verified: true,
      lostWorkers: [],
    });
    for (const worker of workers) {
      expect((await worker.exited).code).toBe(0);
      expect(worker.stderr()).toContain('the job is completed; ');
    }
  });
});

/** A job that waits until there is such a file, and where that is. */
function writeWaitingJob(name: string): { job: string; until: string } {
  const [job, until] = [freshPath(), freshPath()].map((path) => `${path}-${name}.ts`);
  const source = readFileSync(join(root, 'test/fixtures/jobs/waits-in-map.ts'), 'utf8');
  const own = source.replace("params.until ?? ''", JSON.stringify(until));
  const types = join(root, 'src/mapreduce/job.ts');
  writeFileSync(job as string, own.replace('../../../src/mapreduce/job.ts', types));
  return { job: job as string, until: until as string };
}

test('who joins at the end of a stage may read its code when the next one has begun', async () => {
  const [first, second] = ['first', 'second'].map(writeWaitingJob) as [Waiting, Waiting];
  const token = 'the-token-of-the-tests';
  const program = start('mapreduce', [
    ...['--listen', '127.0.0.1:0', '--token', token, '--output', freshPath()],
    ...['--workers', '1', '--job', first.job, '--then', second.job, ...smallInput],
  ]);
  const [, address = ''] = await program.prints(/--master (\S+) --token/);
  await program.prints(/map 0 to worker 1/);
  const master = await dialMaster(address, token);
  const joined = await master.call<JoinReply>('Master.Join', { name: 'carla' });
  writeFileSync(first.until, '');
  await program.prints(/stage 2 of 2.*map 0 to worker 1/s);
  const asked: ReadCodeArgs = { stage: joined.stage, code: 'job', offset: 0 };
  const { data } = await master.call<FileChunk>('Master.ReadCode', asked);
  expect(crc32(Buffer.from(data, 'base64'))).toBe(joined.code.job.crc32);
  await master.close();
  writeFileSync(second.until, '');
  expect((await program.exited).code, program.stderr()).toBe(0);
});

type Waiting = ReturnType<typeof writeWaitingJob>;

const lostWorkersOf = (stage: { lostWorkers: number[] }) => stage.lostWorkers;

describe('a later job that cannot be used', () => {
  const runBefore = async (name: string, code: string) => {
    const [job, output] = [join(folder, name), freshPath()];
    writeFileSync(job, code);
    const args = ['--then', job, '--output', output, '--workers', '2', ...smallInput];
    const result = await run('mapreduce', args);
    expect(result.code).toBe(1);
    expect(existsSync(output)).toBe(false);
    return result.stderr;
  };

  test('one that does not compile: known before anything runs', async () => {
    expect(await runBefore('broken.ts', 'export function map( {')).toMatch(
      /^error: the job does not compile: .*broken\.ts:1:\d+: [^\n]*\n$/,
    );
  });

  test('one that has no reduce: the run ends when its stage begins', async () => {
    expect(await runBefore('half.mjs', 'export function map() {}')).toMatch(
      /\nerror: the job failed, no output is left: the job exports no function reduce/,
    );
  });
});

describe('workers that are killed', () => {
  test.each([
    ['the first stage', ['--kill-worker', '2'], [[2], []]],
    ['the second stage', ['--kill-worker', '1@2'], [[], [1]]],
    ['both', ['--kill-worker', '2@1', '--kill-worker', '3@2'], [[2], [3]]],
  ])('in %s', async (_, faults, lost) => {
    // The second stage reads as much as the first: enough map tasks for a kill in each.
    const sizes = ['--reduce-tasks', '3', '--split-size', '1k', input];
    const args = ['--job', 'sort', '--then', 'word-count', '--workers', '3', ...faults];
    const { summary, stderr } = await runJson([...args, '--verify', ...sizes]);
    expect(summary, stderr).toMatchObject({ verified: true });
    expect(summary.stages.map(lostWorkersOf)).toEqual(lost);
    expect(summary.reExecuted.map).toBeGreaterThan(0);
  });
});
