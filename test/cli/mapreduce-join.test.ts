/**
 * Workers that the master did not start: they join it over the network, and come and go as
 * they like. Real processes, real signals.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { freshPath, input, jobs, readOutput, smallInput } from './mapreduce-run.ts';
import { type Program, run, start } from './program.ts';

// Several processes each: a ceiling for a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const token = 'the-token-of-the-tests';

/** A master that workers may join; resolves when it listens. */
function startMaster(...args: string[]) {
  return startMasterIn(newFolder(), ...args);
}

async function startMasterIn(temporary: string, ...args: string[]) {
  const output = freshPath();
  const options = ['--token', token, '--verify', '--json', '--output', output, ...args];
  const listening = ['--listen', '127.0.0.1:0', ...options];
  const program = start('mapreduce', listening, { TMPDIR: temporary });
  const [, address = ''] = await program.prints(/--master (\S+) --token/);
  return { program, output, address, temporary };
}

/** A worker whose temporary files are in a folder of its own. */
function startWorker(address: string, ...args: string[]) {
  return startWorkerIn(newFolder(), address, ...args);
}

function newFolder(): string {
  const path = freshPath();
  mkdirSync(path);
  return path;
}

function startWorkerIn(temporary: string, address: string, ...args: string[]) {
  const options = ['--master', address, '--token', token, ...args];
  const program = start('worker', options, { TMPDIR: temporary });
  return Object.assign(program, { temporary });
}

/** The loader's own folder is not ours. */
function listLeft(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.startsWith('tsx-'));
}

const done = { code: 0, signal: null };

async function expectRightAnswer(master: Program, summary: object = {}) {
  expect(await master.exited, master.stderr()).toEqual(done);
  expect(JSON.parse(master.stdout())).toMatchObject({ verified: true, ...summary });
}

describe('joining', () => {
  test('a token from the environment is in no log', async () => {
    const secret = 'the-token-of-this-test';
    const args = ['--listen', '127.0.0.1:0', '--workers', '0', ...smallInput];
    const master = start('mapreduce', args, { MAPREDUCE_TOKEN: secret });
    const [, address = ''] = await master.prints(
      /--master (\S+) --token \$MAPREDUCE_TOKEN\n/,
    );
    const worker = start('worker', ['--master', address], { MAPREDUCE_TOKEN: secret });
    expect(await master.exited).toEqual(done);
    expect(await worker.exited).toEqual(done);
    for (const { stdout, stderr } of [master, worker])
      expect(stdout() + stderr()).not.toContain(secret);
  });

  test('a job that waits at its top level, which is a module of another kind', async () => {
    const job = join(newFolder(), 'waits.mjs');
    writeFileSync(
      job,
      `const word = await Promise.resolve('word');
       export const map = (key, line, emit) => emit(word, '1');
       export const reduce = (key, values) => String(values.length);`,
    );
    const { program, address, output } = await startMaster(
      ...['--job', job, '--workers', '0', '--reduce-tasks', '1', ...smallInput],
    );
    const worker = startWorker(address);
    await expectRightAnswer(program);
    expect(await worker.exited).toEqual(done);
    expect(Object.values(readOutput(output))).toEqual(['word\t400\n']);
  });

  test('a run without workers of its own is done by two that join, which leave nothing', async () => {
    const until = freshPath();
    const { program, address } = await startMaster(
      ...['--job', join(jobs, 'computes-long.ts'), '--param', `until=${until}`],
      ...['--workers', '0', ...smallInput],
    );
    const workers = [
      startWorker(address, '--name', 'anna'),
      startWorker(address, '--listen', '127.0.0.2:0'),
    ];
    for (const worker of workers) await worker.prints(/computing/);
    writeFileSync(until, '');
    await expectRightAnswer(program, { lostWorkers: [] });
    expect(program.stderr()).toMatch(/anna joins as worker [12]/);
    for (const worker of workers) {
      expect(await worker.exited).toEqual(done);
      expect(worker.stderr()).toContain('the job is completed; ');
      expect(listLeft(worker.temporary)).toEqual([]);
    }
    expect(workers[1]?.stderr()).toMatch(/others reach it at 127\.0\.0\.2:\d+/);
  });

  test('one that joins in mid-run shares the work of the master’s own', async () => {
    const until = freshPath();
    const { program, address } = await startMaster(
      ...['--job', join(jobs, 'computes-long.ts'), '--param', `until=${until}`],
      ...['--workers', '1', ...smallInput],
    );
    await program.prints(/\[worker 1\] computing/);
    const worker = startWorker(address);
    await worker.prints(/computing/);
    writeFileSync(until, '');
    await expectRightAnswer(program, { lostWorkers: [] });
    expect(await worker.exited).toEqual(done);
  });

  test('without the right token nobody joins, and one sentence says so', async () => {
    const { program, address } = await startMaster('--workers', '0', ...smallInput);
    const wrong = ['--master', address, '--token', 'another-token'];
    const { code, stderr } = await run('worker', wrong);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'error: the token is not the run’s\n',
    });
    startWorker(address);
    await expectRightAnswer(program);
  });

  test('nobody comes: the run fails loudly, and leaves no output', async () => {
    const { program, output } = await startMaster(
      ...['--workers', '0', '--wait-for-workers-s', '1', ...smallInput],
    );
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.stderr()).toContain('there has been no worker for 1 s');
    expect(existsSync(output)).toBe(false);
  });

  test('no master: it says that it tries for a while, then one sentence', async () => {
    const options = ['--master', '127.0.0.1:1', '--token', token, '--retry-for-s', '1'];
    const { code, stderr } = await run('worker', options);
    expect(code).toBe(1);
    const refused = 'dial 127.0.0.1:1: connection refused';
    expect(stderr).toBe(`${refused}: trying for 1 s\nerror: ${refused}\n`);
  });

  test('Ctrl-C while no master answers: it had joined none', async () => {
    const worker = start('worker', ['--master', '127.0.0.1:1', '--token', token]);
    await worker.prints(/refused: trying for 30 s\n/);
    worker.child.kill('SIGINT');
    expect(await worker.exited).toEqual({ code: 130, signal: null });
    expect(worker.stderr()).toMatch(/\ninterrupted: it had joined no run\n$/);
  });
});

describe('leaving', () => {
  const busyJob = async (...args: string[]) => {
    const until = freshPath();
    const master = await startMaster(
      ...['--job', join(jobs, 'computes-long.ts'), '--param', `until=${until}`],
      ...[...args, ...smallInput],
    );
    return { ...master, until };
  };

  test('Ctrl-C: a worker leaves in good order, and its work is done by others', async () => {
    const { program, address, until } = await busyJob('--workers', '1');
    const worker = startWorker(address);
    await worker.prints(/computing/);
    worker.child.kill('SIGINT');
    expect(await worker.exited).toEqual({ code: 130, signal: null });
    expect(worker.stderr()).toContain('left the run');
    expect(listLeft(worker.temporary)).toEqual([]);
    await program.prints(/worker 2 lost: 1 map task goes back to idle\n +it has left/);
    writeFileSync(until, '');
    await expectRightAnswer(program, { lostWorkers: [2] });
  });

  test('kill -9 of the only worker: the run waits for the next one, which tidies up', async () => {
    const { program, address, until } = await busyJob('--workers', '0');
    const first = startWorker(address);
    await first.prints(/computing/);
    first.child.kill('SIGKILL');
    await program.prints(/worker 1 lost: 1 map task goes back to idle/);
    expect(listLeft(first.temporary)).toHaveLength(1);
    const second = startWorkerIn(first.temporary, address);
    writeFileSync(until, '');
    await expectRightAnswer(program, { lostWorkers: [1] });
    expect(await second.exited).toEqual(done);
    expect(listLeft(first.temporary), 'the next worker tidies up').toEqual([]);
  });

  test('--fail-after 2: SIGKILL in the middle of the third task', async () => {
    const { program, address } = await startMaster('--workers', '0', ...smallInput);
    const worker = startWorker(address, '--fail-after', '2');
    expect(await worker.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await program.prints(/worker 1 lost: 3 map tasks go back to idle, 2 of them/);
    startWorker(address);
    await expectRightAnswer(program, { lostWorkers: [1], reExecuted: { map: 3 } });
  });

  test('the master’s fault plan reaches workers that joined', async () => {
    const { program, address } = await startMaster(
      ...['--workers', '0', '--kill-worker', '1', ...smallInput],
    );
    const worker = startWorker(address);
    expect(await worker.exited).toEqual({ code: null, signal: 'SIGKILL' });
    startWorker(address);
    await expectRightAnswer(program, { lostWorkers: [1] });
  });

  test('kill -9 of the master: a worker tries to join it again, then ends', async () => {
    const { program, address } = await busyJob('--workers', '0');
    const worker = startWorker(address, '--retry-for-s', '1');
    await worker.prints(/computing/);
    program.child.kill('SIGKILL');
    await worker.prints(/lost the master: the connection has ended/);
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(listLeft(worker.temporary)).toEqual([]);
  });

  test('kill -9 of a master without workers of its own: the next one tidies up', async () => {
    const { program, temporary } = await startMaster('--workers', '0', ...smallInput);
    const runAnother = async () => {
      const other = await startMasterIn(temporary, '--workers', '1', ...smallInput);
      await expectRightAnswer(other.program);
      return listLeft(temporary);
    };
    expect(await runAnother(), 'it is still there').toHaveLength(1);
    program.child.kill('SIGKILL');
    await program.exited;
    expect(await runAnother()).toEqual([]);
  });
});

test('a run that nobody may join refuses those who try', async () => {
  const { code, stderr } = await run('mapreduce', ['--workers', '0', input]);
  expect(code).toBe(1);
  expect(stderr).toContain('--workers 0: nobody would run the tasks; add --listen');
});
