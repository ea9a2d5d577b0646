/**
 * `npm run mapreduce` with real processes and real signals: right answers or a loud failure,
 * and nobody left behind.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  findRunFolder,
  folder,
  freshPath,
  input,
  jobs,
  runJson,
  smallInput,
} from './mapreduce-run.ts';
import {
  areGoneWithin,
  listProcesses,
  listWords,
  markBy,
  type Program,
  root,
  run,
  start,
  watch,
} from './program.ts';

/** The number of its process group: of its leader. */
function groupOf(pid: string): string | undefined {
  if (existsSync('/proc/self/stat'))
    return /\) \w \d+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  return spawnSync('ps', ['-o', 'pgid=', '-p', pid]).stdout.toString().trim();
}

/** The leader of a group, as in a terminal: there Ctrl-C is for all of it. */
function startGroup(args: readonly string[]): Program {
  const child = spawn(process.execPath, [...listWords('mapreduce'), ...args], {
    ...{ cwd: root, stdio: 'pipe', env: { ...process.env, ...markBy(args) } },
    detached: true,
  });
  return watch(child);
}

/** As soon as somebody waits for what will be written there. */
async function openWhenRead(pipe: string): Promise<number> {
  const open = () => {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      return undefined;
    }
  };
  return vi.waitUntil(open, { timeout: 20_000 });
}

describe('a killed worker', () => {
  test('three of four are killed: the fourth does it all', async () => {
    const kills = ['1', '2', '3'].flatMap((worker) => ['--kill-worker', worker]);
    const { code, summary } = await runJson([...kills, '--verify', ...smallInput]);
    expect(code).toBe(0);
    expect(summary.lostWorkers.toSorted()).toEqual([1, 2, 3]);
    expect(summary.verified).toBe(true);
  });

  test('all are killed: the run fails, says so, and claims no output', async () => {
    const kills = ['1', '2', '3'].flatMap((worker) => ['--kill-worker', worker]);
    const { code, stdout, stderr, output } = await runJson([
      ...kills,
      '--workers',
      '3',
      ...smallInput,
    ]);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(
      'error: the job failed, no output is left: all 3 workers are lost',
    );
    expect(existsSync(output)).toBe(false);
  });

  test('a moment that never comes: the output is there, but the run says so and exits 1', async () => {
    const { code, stderr, output } = await runJson(['--kill-worker', '2', input]);
    expect(code).toBe(1);
    expect(stderr).toContain('but worker 2 was not killed: its moment never came');
    expect(readdirSync(output)).toHaveLength(4);
  });
});

describe('the life of workers', () => {
  const busyJob = (...options: string[]) => {
    const until = freshPath();
    const output = freshPath();
    const args = ['--workers', '2', '--job', join(jobs, 'computes-long.ts')];
    args.push('--param', `until=${until}`);
    const program = start('mapreduce', [
      ...args,
      ...options,
      '--output',
      output,
      ...smallInput,
    ]);
    return { program, until, output };
  };

  test('kill -9 of the master in the middle of the run leaves no worker', async () => {
    const { program, output } = busyJob();
    await program.prints(/\[worker 1\] computing/);
    await program.prints(/\[worker 2\] computing/);
    expect(listProcesses(output)).toHaveLength(3);
    const runDir = findRunFolder(output);
    expect(existsSync(runDir)).toBe(true);
    program.child.kill('SIGKILL');
    await program.exited;
    expect(areGoneWithin(2000, output), listProcesses(output).join('\n')).toBe(true);
    expect(existsSync(runDir)).toBe(false);
  });

  test('a mistake that is found when they have started: one sentence, and nothing is left', async () => {
    const temporary = freshPath();
    mkdirSync(temporary);
    const args = ['--workers', '3', freshPath()];
    const { code, stderr } = await run('mapreduce', args, { TMPDIR: temporary });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: input .* does not exist .*\n$/);
    expect(readdirSync(temporary)).toEqual([]);
    expect(listProcesses(args.join(' '))).toEqual([]);
  });

  test.each(['--trace', '--replay'])(
    '%s to nowhere: nobody waits for ever to be told something',
    async (option) => {
      for (let i = 0; i < 3; i++) {
        const args = ['--workers', '8', option, `/not/there/${freshPath()}`, input];
        const { code, stderr } = await run('mapreduce', args);
        expect(code).toBe(1);
        expect(stderr).toMatch(new RegExp(`^error: ${option} .*\\n$`));
        expect(listProcesses(args.join(' '))).toEqual([]);
      }
    },
  );

  test('Ctrl-C: workers end, no output is left, exit 130', async () => {
    const { program, output } = busyJob();
    await program.prints(/\[worker \d\] computing/);
    program.child.kill('SIGINT');
    expect(await program.exited).toEqual({ code: 130, signal: null });
    expect(program.stderr()).toContain('interrupted: every worker has ended');
    expect(listProcesses(output)).toEqual([]);
    expect(existsSync(output)).toBe(false);
  });

  test('Ctrl-C in a terminal is for the master alone: each worker leads a group', async () => {
    const { program } = busyJob();
    for (const worker of [1, 2]) {
      const registered = new RegExp(`worker ${worker} registered, process (\\d+)`);
      const [, pid = ''] = await program.prints(registered);
      expect(groupOf(pid)).toBe(pid);
    }
  });

  test('Ctrl-C while the job is compiled: exit 130, and nobody is left', async () => {
    const place = freshPath();
    mkdirSync(place);
    const [job, part] = [join(place, 'job.mjs'), join(place, 'part.mjs')];
    writeFileSync(job, "export * from './part.mjs';");
    spawnSync('mkfifo', [part]);
    const program = startGroup(['--job', job, ...smallInput]);
    const descriptor = await openWhenRead(part);
    onTestFinished(() => closeSync(descriptor));
    process.kill(-(program.child.pid as number), 'SIGINT');
    expect(await program.exited).toEqual({ code: 130, signal: null });
    expect(program.stderr()).toMatch(/^interrupted: .*\n$/);
    expect(listProcesses(job)).toEqual([]);
  });

  test('a stopped worker is lost, busy ones are not; its work is done by others', async () => {
    const until = freshPath();
    const output = freshPath();
    const program = start('mapreduce', [
      ...['--job', join(jobs, 'computes-long.ts'), '--param', `until=${until}`],
      ...['--lost-after-ms', '1500', '--verify', '--json', '--output', output],
      ...smallInput,
    ]);
    const [, pid] = await program.prints(/worker 3 registered, process (\d+)/);
    await program.prints(/\[worker 3\] computing/);
    process.kill(Number(pid), 'SIGSTOP');
    await program.prints(
      /worker 3 lost: 1 map task goes back to idle\n.*no heartbeat for 1\.\d s/,
    );
    writeFileSync(until, '');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(JSON.parse(program.stdout())).toMatchObject({
      lostWorkers: [3],
      verified: true,
    });
    expect(listProcesses(output)).toEqual([]);
  });

  test('a master that is stopped for a while and continued loses nobody', async () => {
    const { program, until } = busyJob('--lost-after-ms', '400', '--verify');
    await program.prints(/\[worker 2\] computing/);
    program.child.kill('SIGSTOP');
    const ceiling = performance.now() + 1000;
    while (performance.now() < ceiling) spawnSync(process.execPath, ['-e', '0']);
    program.child.kill('SIGCONT');
    writeFileSync(until, '');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.stdout()).toContain('executed again: 0 map, 0 reduce');
    expect(program.stdout()).toContain('equals the sequential run');
  });

  test('a worker ends with its master even while its thread sits in a system call', async () => {
    const job = join(folder, 'sits.mjs');
    writeFileSync(
      job,
      `import { execFileSync } from 'node:child_process';
       export const map = () => { console.log('sitting'); execFileSync(process.execPath, ['-e', 'setTimeout(() => {}, 4000)']); };
       export const reduce = () => '';`,
    );
    const output = freshPath();
    const program = start('mapreduce', [
      ...['--job', job, '--workers', '1', '--output', output],
      ...smallInput,
    ]);
    await program.prints(/\[worker 1\] sitting/);
    program.child.kill('SIGKILL');
    await program.exited;
    const isThere = () =>
      listProcesses(output).some((line) => line.includes('worker-main'));
    await expect.poll(isThere, { timeout: 2000 }).toBe(false);
  });

  test('kill -9 of the master while its worker makes folders: none is left', async () => {
    const job = `${freshPath()}.mjs`;
    writeFileSync(
      job,
      `import { mkdirSync } from 'node:fs';
       import { join } from 'node:path';
       export function map(key, line) {
         console.log('making folders');
         for (let i = 0; ; i = (i + 1) % 100)
           mkdirSync(join(import.meta.dirname, 'folders', String(i)), { recursive: true });
       }
       export const reduce = () => '';`,
    );
    const options = ['--workers', '1', '--output', freshPath()];
    const program = start('mapreduce', ['--job', job, ...options, ...smallInput]);
    await program.prints(/\[worker 1\] making folders/);
    const runDir = findRunFolder(job);
    program.child.kill('SIGKILL');
    await program.exited;
    const isThere = () => listProcesses(job).length > 0;
    await expect.poll(isThere, { timeout: 5000 }).toBe(false);
    expect(existsSync(runDir)).toBe(false);
  });

  test('map output that is spoilt after it was completed: its map task runs again', async () => {
    const until = freshPath();
    const program = start('mapreduce', [
      ...['--job', join(jobs, 'waits-in-reduce.ts'), '--param', `until=${until}`],
      ...['--workers', '1', '--reduce-tasks', '2', '--verify', '--json'],
      ...['--output', freshPath(), ...smallInput],
    ]);
    await program.prints(/\[worker 1\] reducing/);
    const disk = join(findRunFolder(until), 'worker-1');
    const attempts = readdirSync(disk).filter((name) => name.startsWith('attempt-'));
    expect(attempts.length).toBeGreaterThan(3);
    writeFileSync(join(disk, 'attempt-1', 'mr-1-1'), 'spoilt');
    rmSync(join(disk, 'attempt-2', 'mr-2-1'));
    writeFileSync(until, '');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.stderr()).toMatch(
      /reduce 1 on worker 1 cannot read the output of map 1, map 2: all go back to idle/,
    );
    expect(JSON.parse(program.stdout())).toMatchObject({
      lostWorkers: [],
      reExecuted: { map: 2, reduce: 1 },
      verified: true,
    });
  });

  test('map tasks really run at the same time', async () => {
    const { code, summary, output } = await runJson([
      ...['--job', join(jobs, 'overlaps.ts'), '--workers', '3', '--reduce-tasks', '1'],
      ...['--param', 'together=3', '--param', `folder=${freshPath()}`, ...smallInput],
    ]);
    expect(code).toBe(0);
    expect(summary.lostWorkers).toEqual([]);
    expect(readdirSync(output)).toEqual(['mr-out-0']);
  });
});
