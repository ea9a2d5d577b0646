/** Processes that wait to be told which worker they are: real ones, and real ends of them. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { bundleWorkerMain } from '../../src/mapreduce/bundle.ts';
import { ownerName } from '../../src/mapreduce/make-folder.ts';
import { SpareProcess, Spares } from '../../src/mapreduce/spares.ts';
import type { WorkerConfig } from '../../src/mapreduce/wire.ts';
import { Server } from '../../src/rpc/index.ts';
import { areGoneWithin, listProcesses, startNode } from '../cli/program.ts';
import { hasSnapshots } from './kept.ts';

const folder = mkdtempSync(join(tmpdir(), 'spares-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Says what it is told, and goes on. */
const echo = join(folder, 'echo.mjs');
writeFileSync(
  echo,
  `import { readFileSync } from 'node:fs';
   console.log(readFileSync(3, 'utf8'));
   setInterval(() => {}, 1e6);`,
);

function tellsOfEnd(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
}

describe('spares', () => {
  test('the one that was started first is taken first, and a new one where none is left', async () => {
    const spares = new Spares({ fromModules: [echo] });
    spares.start(2);
    const started = listProcesses(echo);
    expect(started).toHaveLength(2);
    const taken = [spares.take(), spares.take(), spares.take()];
    expect(listProcesses(echo)).toEqual([...started, expect.stringContaining(echo)]);
    await spares.end();
    expect(listProcesses(echo), 'who is taken is ended by its taker').toHaveLength(3);
    for (const spare of taken) spare.kill();
    expect(await Promise.all(taken.map(({ exited }) => exited))).toEqual(
      taken.map(() => 'SIGKILL'),
    );
  });

  test('one that has ended meanwhile is not handed out', async () => {
    const spares = new Spares({ fromModules: [echo] });
    spares.start(2);
    const [first = ''] = listProcesses(echo);
    const pid = Number(first.split(' ')[0]);
    process.kill(pid, 'SIGKILL');
    // Until then nobody has been told of its end.
    await expect.poll(() => tellsOfEnd(pid)).toBe(true);
    const spare = spares.take();
    expect(spare.hasEnded).toBe(false);
    expect(listProcesses(echo)).toHaveLength(1);
    spare.kill();
    await spare.exited;
  });

  test('those of the beginning start from a snapshot; whoever replaces them, from the modules', async () => {
    // In place of one that Node refuses.
    const refusing = join(folder, 'refusing.mjs');
    writeFileSync(refusing, 'setInterval(() => {}, 1e6);');
    const spares = new Spares({ fromModules: [echo], fromSnapshot: [refusing] });
    spares.start(2);
    const pids = listProcesses(refusing).map((line) => Number(line.split(' ')[0]));
    expect(pids).toHaveLength(2);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await expect.poll(() => pids.every(tellsOfEnd)).toBe(true);
    const spare = spares.take();
    const config = { worker: 5 } as WorkerConfig;
    const line = await new Promise((resolve) => spare.tell(config, resolve));
    expect(line).toBe('{"worker":5}');
    spare.kill();
    await Promise.all([spare.exited, spares.end()]);
  });

  test('those that nobody takes are ended', async () => {
    const spares = new Spares({ fromModules: [echo] });
    spares.start(3);
    await spares.end();
    expect(listProcesses(echo)).toEqual([]);
  });

  test('a spare reads what it is told, and is heard line by line', async () => {
    const spare = new SpareProcess([echo]);
    const config = { worker: 7 } as WorkerConfig;
    const line = await new Promise((resolve) => spare.tell(config, resolve));
    expect(line).toBe('{"worker":7}');
    spare.kill();
    await spare.exited;
  });

  test('one that cannot be started says why, and can be told something all the same', async () => {
    const spare = new SpareProcess([join(folder, 'missing.mjs')]);
    expect(await spare.exited).toBe('exit code 1');
    spare.tell({} as WorkerConfig, () => {});
  });
});

describe('a worker that waits to be told', () => {
  const hows = hasSnapshots
    ? (['fromModules', 'fromSnapshot'] as const)
    : (['fromModules'] as const);

  test.each([
    ['the folder, if it is ours', true],
    ['what is in it, if it is a user’s', false],
  ])('ends when whoever has started it is killed, and removes %s', async (_, isOurs) => {
    const runDir = mkdtempSync(join(folder, 'orphan-'));
    if (isOurs) writeFileSync(join(runDir, ownerName), '{}');
    const main = await bundleWorkerMain(runDir);
    const module = main.fromModules.at(-1) as string;
    const starter = join(folder, 'starter.ts');
    const spares = join(import.meta.dirname, '../../src/mapreduce/spares.ts');
    writeFileSync(
      starter,
      `import { Spares } from ${JSON.stringify(spares)};
       new Spares(${JSON.stringify(main)}).start(2);
       console.log('started');`,
    );
    const program = startNode([starter]);
    await program.prints(/started/);
    expect(listProcesses(module).length).toBeGreaterThan(1);
    program.child.kill('SIGKILL');
    await program.exited;
    expect(areGoneWithin(20_000, module), listProcesses(module).join('\n')).toBe(true);
    expect(existsSync(runDir)).toBe(!isOurs);
    if (!isOurs) expect(readdirSync(runDir)).toEqual([]);
  });

  test.runIf(existsSync('/proc/self/environ')).each(hows)(
    'is told the token where nobody else can read it: %s',
    async (how) => {
      const main = await bundleWorkerMain(join(folder, 'secret'));
      const spare = new SpareProcess(main[how] as readonly string[]);
      const master = new Server();
      onTestFinished(() => master.close());
      let told = '';
      const registered = new Promise<number>((resolve) => {
        master.registerName('Master', {
          Register({ pid, token }: { pid: number; token: string }) {
            told = token;
            resolve(pid);
          },
        });
      });
      const config = {
        ...{
          worker: 1,
          master: await master.listen('127.0.0.1:0'),
          token: 'not-for-all',
        },
        ...{ masterPid: process.pid, listen: '127.0.0.1:0', reachableAs: '127.0.0.1' },
        ...{ runDir: folder, store: { type: 'local-disk' }, heartbeatMs: 1000 },
      } as WorkerConfig;
      spare.tell(config, console.error);
      const pid = await registered;
      expect(told).toBe('not-for-all');
      for (const place of ['cmdline', 'environ'])
        expect(readFileSync(`/proc/${pid}/${place}`, 'utf8')).not.toContain(told);
      spare.kill();
      await spare.exited;
    },
  );
});
