/**
 * Where map output lives, with real processes and real signals: the same answer from every
 * store, and what is damaged, full or gone re-executes or fails loudly. Nothing stays behind.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StateClient } from '../../src/mapreduce/stores/state-client.ts';
import { type StoreName, storeNames } from '../../src/mapreduce/stores/store.ts';
import { freshPath, jobs, runJson, smallInput } from './mapreduce-run.ts';
import { areGoneWithin, listProcesses, type Program, start } from './program.ts';

interface Run {
  readonly program: Program;
  readonly output: string;
  /** What the run has for temporary files; every process of it has this in its command line. */
  readonly temporary: string;
  readonly shared: string;
}

function startRun(store: StoreName, ...args: string[]): Run {
  const [output, temporary, shared] = [freshPath(), freshPath(), freshPath()];
  mkdirSync(temporary);
  mkdirSync(shared);
  const options = ['--store', store, '--json', '--output', output, ...args];
  if (store === 'shared') options.push('--shared-folder', shared);
  const program = start('mapreduce', options, { TMPDIR: temporary });
  return { program, output, temporary, shared };
}

/** No process, no temporary file (but the loader's), nothing on the shared storage. */
function expectNothingLeft({ temporary, shared }: Run): void {
  expect(listProcesses(temporary)).toEqual([]);
  const isOurs = (name: string) => !/^(tsx|node-compile-cache)/.test(name);
  expect(readdirSync(temporary).filter(isOurs)).toEqual([]);
  expect(readdirSync(shared)).toEqual([]);
}

function readOutput(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`);
}

test('a killed worker: the same bytes from every store, at a different price', async () => {
  const outputs: string[][] = [];
  for (const store of storeNames) {
    const run = startRun(store, '--kill-worker', '2', '--verify', ...smallInput);
    expect(await run.program.exited).toEqual({ code: 0, signal: null });
    const summary = JSON.parse(run.program.stdout());
    expect(summary).toMatchObject({ store, lostWorkers: [2], verified: true });
    const { redone, reExecuted } = summary;
    expect(redone.runningAttempts).toBeGreaterThanOrEqual(1);
    if (store === 'local-disk') expect(redone.completedMaps).toBeGreaterThanOrEqual(1);
    else expect([redone.completedMaps, reExecuted.map]).toEqual([0, 1]);
    expectNothingLeft(run);
    outputs.push(readOutput(run.output));
  }
  expect(outputs[1]).toEqual(outputs[0]);
  expect(outputs[2]).toEqual(outputs[0]);
});

/**
 * Its maps are completed, its first reduce task stands still until the file `until` exists.
 * With one worker the second reduce task has read nothing yet.
 */
async function startWaiting(store: StoreName, workers: number) {
  const until = freshPath();
  const run = startRun(
    store,
    ...['--job', join(jobs, 'waits-in-reduce.ts'), '--param', `until=${until}`],
    ...['--workers', String(workers), '--reduce-tasks', '2', '--verify', ...smallInput],
  );
  await run.program.prints(/\[worker 1\] reducing/);
  return { ...run, until };
}

function findStateServer(stderr: string): { address: string; pid: number } {
  const [, address = '', pid] =
    /the state server (\S+), process (\d+)/.exec(stderr) ?? [];
  return { address, pid: Number(pid) };
}

/** Overwrites what map task 1 made for reduce task 1. With one worker, attempt 1 made it. */
const spoil: Record<StoreName, (run: Run) => Promise<void>> = {
  'local-disk': async ({ temporary }) => {
    const [runDir = ''] = readdirSync(temporary).filter((name) =>
      /^mapr.*run/.test(name),
    );
    writeFileSync(join(temporary, runDir, 'worker-1/attempt-1/mr-1-1'), 'spoilt');
  },
  shared: async ({ shared }) => {
    const [folder = ''] = readdirSync(shared);
    rmSync(join(shared, folder, 'attempt-1'), { recursive: true });
  },
  'state-server': async ({ program }) => {
    const state = new StateClient(findStateServer(program.stderr()).address);
    const partition = { attempt: 1, map: 1, reduce: 1 };
    await state.putPartition(partition, 0, Buffer.from('spoilt'));
    state.close();
  },
};

test.each(storeNames)(
  'map output that is spoilt in the store %s is made again',
  async (store) => {
    const run = await startWaiting(store, 1);
    await spoil[store](run);
    writeFileSync(run.until, '');
    expect(await run.program.exited).toEqual({ code: 0, signal: null });
    expect(run.program.stderr()).toMatch(
      /reduce 1 on worker 1 cannot read the output of map 1: all go back to idle/,
    );
    const summary = JSON.parse(run.program.stdout());
    expect(summary).toMatchObject({
      reExecuted: { map: 1, reduce: 1 },
      redone: { completedMaps: 1, runningAttempts: 1 },
      verified: true,
    });
    expectNothingLeft(run);
  },
);

describe('a store that is lost', () => {
  test('kill -9 of the state server: the job fails and says so, no output is left', async () => {
    const run = await startWaiting('state-server', 2);
    process.kill(findStateServer(run.program.stderr()).pid, 'SIGKILL');
    expect(await run.program.exited).toEqual({ code: 1, signal: null });
    expect(run.program.stderr()).toContain(
      'error: the job failed, no output is left: the state server was lost (SIGKILL), and all map output with it: run it again, or use --store shared',
    );
    expect(run.program.stdout()).toBe('');
    expect(() => readdirSync(run.output)).toThrow('ENOENT');
    expectNothingLeft(run);
  });

  test('a state server that hangs: nobody waits for ever, the job fails and says so', async () => {
    const run = await startWaiting('state-server', 1);
    process.kill(findStateServer(run.program.stderr()).pid, 'SIGSTOP');
    writeFileSync(run.until, '');
    expect(await run.program.exited).toEqual({ code: 1, signal: null });
    expect(run.program.stderr()).toMatch(
      /map task \d+ failed in 3 attempts.*\nmap output cannot be stored: the state server \S+ failed in PutPartition: rpc: no reply after 5000 ms/,
    );
    expectNothingLeft(run);
  });

  test('shared storage that does not exist: one sentence, before anything starts', async () => {
    const args = ['--store', 'shared', '--shared-folder', freshPath(), ...smallInput];
    const { code, stderr } = await runJson(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: --shared-folder \S+ cannot be used: no such file or directory\n$/,
    );
  });

  test('shared storage that vanishes: the job fails and says so', async () => {
    const run = await startWaiting('shared', 1);
    for (const name of readdirSync(run.shared)) {
      rmSync(join(run.shared, name), { recursive: true });
    }
    writeFileSync(run.until, '');
    expect(await run.program.exited).toEqual({ code: 1, signal: null });
    expect(run.program.stderr()).toMatch(
      /map task \d+ failed in 3 attempts.*\nmap output cannot be stored: ENOENT/,
    );
    expectNothingLeft(run);
  });

  test.each<StoreName>(['shared', 'state-server'])(
    'kill -9 of the master leaves no process and no file, store %s',
    async (store) => {
      const run = await startWaiting(store, 2);
      run.program.child.kill('SIGKILL');
      await run.program.exited;
      const left = () => listProcesses(run.temporary).join('\n');
      expect(areGoneWithin(5000, run.temporary), left()).toBe(true);
      expectNothingLeft(run);
    },
  );

  test('Ctrl-C ends the state server too', async () => {
    const run = await startWaiting('state-server', 2);
    run.program.child.kill('SIGINT');
    expect(await run.program.exited).toEqual({ code: 130, signal: null });
    expectNothingLeft(run);
  });
});
