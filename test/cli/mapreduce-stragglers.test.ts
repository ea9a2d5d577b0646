/**
 * Stragglers, hung workers and crashes by chance, with real processes and real signals: the
 * answer is the sequential run's, and nobody is left behind.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshPath, input, jobs, runJson, smallInput } from './mapreduce-run.ts';
import { listProcesses, start } from './program.ts';

/** Long enough that no worker is lost before its backup has ended the run. */
const patient = ['--lost-after-ms', '600000', '--heartbeat-ms', '100'];

/** Workers compute until the file `until` exists; then each of their tasks is quick. */
function startBusyJob(options: readonly string[]) {
  const until = freshPath();
  const output = freshPath();
  const program = start('mapreduce', [
    ...['--job', join(jobs, 'computes-long.ts'), '--param', `until=${until}`],
    ...['--verify', '--json', '--output', output],
    ...options,
  ]);
  const letGo = () => writeFileSync(until, '');
  const pidOf = async (worker: number) => {
    const line = new RegExp(`worker ${worker} registered, process (\\d+)`);
    const [, pid] = await program.prints(line);
    await program.prints(new RegExp(`\\[worker ${worker}\\] computing`));
    return Number(pid);
  };
  const finish = async () => {
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(listProcesses(output)).toEqual([]);
    return JSON.parse(program.stdout());
  };
  return { program, letGo, pidOf, finish };
}

describe('a slow worker', () => {
  // Its first task would take minutes: the run ends because it is not waited for.
  test('its tasks get backups, which win; it is cancelled and stays', async () => {
    const { code, stderr, summary } = await runJson([
      ...['--job', join(jobs, 'meets.ts'), '--param', `folder=${freshPath()}`],
      ...['--slow-worker', '2:200000', '--workers', '2', '--verify', ...smallInput],
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /map \d takes long on worker 2 \(\S+ s, median \S+ s\):\n +backup task on worker 1\n/,
    );
    expect(stderr).toMatch(/backup task of map \d on worker 1 won\n/);
    expect(stderr).toMatch(/map \d on worker 2 has lost: it is cancelled\n/);
    expect(summary).toMatchObject({ lostWorkers: [], verified: true });
    expect(summary.backups.won).toBeGreaterThanOrEqual(1);
    expect(summary.cancelled).toBeGreaterThanOrEqual(1);
    expect(summary.reExecuted).toEqual({ map: 0, reduce: 0 });
  });

  test('without backups it is waited for', async () => {
    const gentle = ['--slow-worker', '2:3', '--no-backup', '--verify'];
    const { code, stderr, summary } = await runJson([...gentle, ...smallInput]);
    expect(code).toBe(0);
    expect(stderr).toContain('plan: worker 2 computes 3 times as slowly as the others');
    expect(summary).toMatchObject({
      backups: { started: 0, won: 0 },
      cancelled: 0,
      verified: true,
    });
  });
});

describe('a worker that hangs', () => {
  test('its task gets a backup long before it is lost, and the run ends without it', async () => {
    const only = ['--workers', '2', '--split-size', '1M'];
    const { program, letGo, pidOf, finish } = startBusyJob([...patient, ...only, input]);
    const [, hung] = await program.prints(/\[worker (\d)\] computing/);
    process.kill(await pidOf(Number(hung)), 'SIGSTOP');
    await program.prints(
      new RegExp(`worker ${hung} is silent, it runs map 0: backup task on worker \\d`),
    );
    letGo();
    const summary = await finish();
    expect(summary).toMatchObject({ lostWorkers: [], cancelled: 1, verified: true });
    expect(summary.backups).toEqual({ started: 1, won: 1 });
  });

  test('and comes back when it was lost: it is told so, and ends; its result is nobody’s', async () => {
    const { program, letGo, pidOf, finish } = startBusyJob([
      ...['--lost-after-ms', '1500', ...smallInput],
    ]);
    const pid = await pidOf(3);
    process.kill(pid, 'SIGSTOP');
    await program.prints(/worker 3 lost: 1 map task goes back to idle/);
    process.kill(pid, 'SIGCONT');
    await program.prints(
      /\[worker 3\] it ends: worker 3 is no longer expected, it was declared lost/,
    );
    letGo();
    const summary = await finish();
    expect(summary).toMatchObject({ lostWorkers: [3], verified: true });
  });

  test('and comes back after its backup has won: it is cancelled, and works again', async () => {
    const untilReduce = freshPath();
    const job = ['--job', join(jobs, 'waits-in-both.ts')];
    job.push('--param', `untilReduce=${untilReduce}`, '--reduce-tasks', '2');
    const { program, letGo, pidOf, finish } = startBusyJob([
      ...[...patient, ...job, '--workers', '2', ...smallInput],
    ]);
    const pid = await pidOf(2);
    process.kill(pid, 'SIGSTOP');
    letGo();
    await program.prints(/map \d on worker 2 has lost: it is cancelled/);
    process.kill(pid, 'SIGCONT');
    await program.prints(/reduce \d to worker 2/);
    writeFileSync(untilReduce, '');
    const summary = await finish();
    expect(summary).toMatchObject({ lostWorkers: [], verified: true });
    expect(summary.backups.won).toBeGreaterThan(0);
  });
});

describe('by chance', () => {
  test('attempts crash, are SIGKILLed in the middle, and workers replaced: the answer is right', async () => {
    const options = ['--crash-probability', '20', '--seed', '1', '--verify'];
    const { code, stderr, summary } = await runJson([...options, ...smallInput]);
    expect(code).toBe(0);
    expect(summary.verified).toBe(true);
    expect(summary.lostWorkers.length).toBeGreaterThan(0);
    expect(summary.replacements).toBe(summary.lostWorkers.length);
    const kills = stderr.match(/SIGKILL to worker \d+, in the middle of/g);
    expect(kills).toHaveLength(summary.lostWorkers.length);
    expect(stderr).toMatch(/worker 5 is started in the place of worker \d/);
  });

  test('a job whose every attempt crashes fails when the replacements are used up', async () => {
    const options = ['--crash-probability', '100', '--max-replacements', '3'];
    const { code, stderr } = await runJson([...options, '--workers', '2', ...smallInput]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'all 5 workers are lost, nobody is left to run the tasks, and 3 replacements were all that is allowed',
    );
  });

  test('attempts sleep for an hour: their backups do not', async () => {
    const delay = ['--straggler-probability', '30', '--straggler-delay-ms', '3600000'];
    const options = [...delay, '--seed', '26', '--verify'];
    const { code, summary } = await runJson([...options, ...smallInput]);
    expect(code).toBe(0);
    expect(summary).toMatchObject({ lostWorkers: [], verified: true });
    expect(summary.backups.won).toBeGreaterThan(0);
  });
});
