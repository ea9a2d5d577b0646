/**
 * Workers on one side, the master on the other, and the link between them cut in mid-run: the
 * answer is right. With a relay everywhere, with two network namespaces where they are allowed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { freshPath, jobs, smallInput } from './mapreduce-run.ts';
import { connectMachines, masterHost, setCable, startOn } from './network-namespaces.ts';
import { type Program, start } from './program.ts';
import { startRelay } from './relay.ts';

// Several processes at a time, and timeouts that must pass: a ceiling for a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const token = 'the-token-of-the-tests';
const done = { code: 0, signal: null };

/** A run whose map functions go on until the file `until` is there. */
function runOptions(...options: string[]) {
  const until = freshPath();
  const args = ['--workers', '0', '--token', token, '--verify', '--json'];
  args.push('--job', join(jobs, 'computes-long.ts'), '--param', `until=${until}`);
  return { until, args: [...args, '--output', freshPath(), ...options] };
}

async function addressOf(master: Program): Promise<string> {
  const [, address = ''] = await master.prints(/--master (\S+) --token/);
  return address;
}

async function expectRightAnswer(master: Program, lostWorkers: readonly number[]) {
  expect(await master.exited, master.stderr()).toEqual(done);
  const summary = JSON.parse(master.stdout());
  expect(summary.verified).toBe(true);
  expect(summary.lostWorkers.toSorted()).toEqual(lostWorkers);
}

describe('a relay between loopback addresses', () => {
  const startThrough = async (...options: string[]) => {
    const { until, args } = runOptions(...options, ...smallInput);
    const master = start('mapreduce', ['--listen', '127.0.0.1:0', ...args]);
    const relay = await startRelay(await addressOf(master));
    const workers = ['127.0.0.2:0', '127.0.0.3:0'].map((listen) =>
      start('worker', ['--master', relay.address, '--token', token, '--listen', listen]),
    );
    await Promise.all(workers.map((worker) => worker.prints(/computing/)));
    return { until, master, relay, workers };
  };

  test('cut: every worker is lost, and joins again when the link is back', async () => {
    const { until, master, relay, workers } = await startThrough();
    relay.cut();
    for (const worker of workers) await worker.prints(/lost the master/);
    await master.prints(/worker 1 lost/);
    await master.prints(/worker 2 lost/);
    relay.restore();
    for (const id of [3, 4]) await master.prints(RegExp(`worker ${id} registered`));
    writeFileSync(until, '');
    await expectRightAnswer(master, [1, 2]);
    for (const worker of workers) expect(await worker.exited).toEqual(done);
  });

  test('frozen for longer than the master waits: the same, told by missing heartbeats', async () => {
    const { until, master, relay, workers } = await startThrough(
      '--lost-after-ms',
      '2500',
    );
    relay.freeze();
    await master.prints(/worker 1 lost: .*\n.*no heartbeat for \d\.\d s/);
    await master.prints(/worker 2 lost: .*\n.*no heartbeat for \d\.\d s/);
    relay.restore();
    for (const id of [3, 4]) await master.prints(RegExp(`worker ${id} registered`));
    writeFileSync(until, '');
    await expectRightAnswer(master, [1, 2]);
    for (const worker of workers) expect(await worker.exited).toEqual(done);
  });
});

const mayHaveNamespaces = connectMachines();

describe('two network namespaces', () => {
  const name = 'the cable is pulled in mid-run and put back; no file is shared';
  test.skipIf(!mayHaveNamespaces)(name, async () => {
    const hidden = freshPath();
    mkdirSync(hidden);
    const text = Array.from({ length: 300 }, (_, i) => `line ${i % 9} of many é\n`);
    writeFileSync(join(hidden, 'input.txt'), text.join(''));
    const { until, args } = runOptions('--split-size', '1k', '--lost-after-ms', '2500');
    const master = startOn('master', 'mapreduce', [
      ...['--listen', `${masterHost}:0`, ...args, join(hidden, 'input.txt')],
    ]);
    const joining = ['--master', await addressOf(master), '--token', token];
    const workers = ['anna', 'ben'].map((who) =>
      startOn('worker', 'worker', [...joining, '--name', who], hidden),
    );
    await Promise.all(workers.map((worker) => worker.prints(/computing/)));
    setCable('down');
    await master.prints(/worker 1 lost: .*\n.*no heartbeat for/);
    await master.prints(/worker 2 lost: .*\n.*no heartbeat for/);
    for (const worker of workers) await worker.prints(/lost the master/);
    setCable('up');
    for (const id of [3, 4]) await master.prints(RegExp(`worker ${id} registered`));
    writeFileSync(until, '');
    await expectRightAnswer(master, [1, 2]);
    for (const worker of workers) expect(await worker.exited).toEqual(done);
  });
});
