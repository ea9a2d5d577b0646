/** `npm run cluster`: processes in the background that end, whatever becomes of the others. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { identify, isAlive, signal } from '../../src/mapreduce/process-identity.ts';
import { freshPath, jobs, smallInput } from './mapreduce-run.ts';
import { areGoneWithin, listProcesses, run } from './program.ts';

// Many commands, one after the other, each a process: a ceiling for a busy machine.
vi.setConfig({ testTimeout: 240_000 });

/** A cluster of its own: its folder is under a fresh TMPDIR. */
let env: { TMPDIR: string };
const cluster = (...args: string[]) => run('cluster', args, env);

afterEach(async () => {
  await cluster('stop');
});

function freshCluster() {
  env = { TMPDIR: freshPath() };
  mkdirSync(env.TMPDIR);
  const until = freshPath();
  const output = freshPath();
  const job = ['--job', join(jobs, 'computes-long.ts'), '--param', `until=${until}`];
  return { until, output, job: [...job, '--output', output, ...smallInput] };
}

/** Asks again until the answer matches; a ceiling, not a pace. */
async function askUntil(pattern: RegExp, ...args: string[]): Promise<string> {
  const ceilingMs = performance.now() + 100_000;
  for (;;) {
    const { stdout } = await cluster(...args);
    if (pattern.test(stdout)) return stdout;
    if (performance.now() > ceilingMs) throw new Error(`never ${pattern}: ${stdout}`);
  }
}

describe('a cluster', () => {
  test('starts, shows its status, loses a worker, and ends with its job', async () => {
    const { until, output, job } = freshCluster();
    const started = await cluster('start', '--', '--verify', ...job);
    expect(started.stderr).toBe('');
    expect(started.stdout).toMatch(
      /^started master: process \d+, listens at 127.*\nstarted worker1: process \d+\nstarted worker2: .*\nstarted worker3: /,
    );
    const status = await askUntil(/worker2: busy/, 'status');
    expect(status).toMatch(
      /^=+\nSYSTEM STATUS - \d{4}-\d\d-\d\dT[\d:]+\n=+\nWorkers: \d/,
    );
    const killed = await cluster('kill-worker', 'worker2');
    expect(killed.stdout).toMatch(/^SIGKILL to worker2, process \d+; 2 workers left/);
    await askUntil(/worker 2 lost: 1 map task goes back to idle/, 'logs');
    expect(await askUntil(/worker2: lost/, 'status')).toMatch(/1 task reassigned/);
    expect((await cluster('kill-worker', 'worker2')).stderr).toBe(
      'error: worker2 has ended already\n',
    );
    writeFileSync(until, '');
    const end = await askUntil(/the output equals the sequential run/, 'status');
    expect(end).toContain('the output equals the sequential run');
    expect(readFileSync(join(output, 'mr-out-0'), 'utf8')).not.toBe('');
    expect((await cluster('logs', 'worker1')).stdout).toContain('the job is completed');
  });

  test('stop ends all of it; a second stop is one clear sentence; restart is both', async () => {
    const { job } = freshCluster();
    await cluster('start', '--workers', '1', '--', ...job);
    const second = await cluster('start', '--', ...job);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(
      /^error: a cluster is running \(master, worker1\): .*\n$/,
    );
    const restarted = await cluster('restart');
    expect(restarted.stdout).toMatch(/^started master: .*\nstarted worker1: .*\nnpm run/);
    await askUntil(/worker1: busy/, 'status');
    expect((await cluster('stop')).stdout).toBe('stopped master, worker1\n');
    expect(listProcesses(env.TMPDIR)).toEqual([]);
    const again = await cluster('stop');
    expect(again).toMatchObject({
      code: 0,
      stdout: 'no cluster is here: nothing to stop\n',
    });
    expect((await cluster('status')).stderr).toMatch(
      /^error: no cluster is here: npm run/,
    );
  });

  test('kill -9 of the master: its workers end by themselves', async () => {
    const { until, job } = freshCluster();
    const { stdout } = await cluster('start', '--workers', '2', '--', ...job);
    await askUntil(/worker2: busy/, 'status');
    const [, address = ''] = /listens at (\S+)/.exec(stdout) as RegExpExecArray;
    process.kill(Number(/master: process (\d+)/.exec(stdout)?.[1]), 'SIGKILL');
    expect(areGoneWithin(30_000, address), listProcesses(address).join()).toBe(true);
    expect(listProcesses(until)).toEqual([]);
    expect((await cluster('stop')).stdout).toMatch(/^the job was over/);
  });

  test('a master that cannot start says why, and nothing is left', async () => {
    freshCluster();
    const { code, stdout, stderr } = await cluster('start', '--', '--job', 'no-such-job');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error: the master has ended:\nerror: --job no-such-job: nei/,
    );
    expect((await cluster('stop')).stdout).toContain('no cluster is here');
  });
});

test('a process is its number and its beginning: another with that number is left alone', () => {
  freshCluster();
  const identity = identify(process.pid);
  if (!identity) throw new Error('this process is not found');
  expect(isAlive(identity)).toBe(true);
  const successor = { ...identity, began: `${identity.began}0` };
  expect(isAlive(successor)).toBe(false);
  expect(signal(successor, 'SIGKILL')).toBe(false);
});
