/** From the start of a pool to its end, with classes that behave and classes that do not. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/shards/events.ts';
import { startPool } from '../../src/shards/process-pool.ts';
import { areGoneWithin, listProcesses, root, watch } from '../cli/program.ts';
import {
  givenPool,
  hashChain,
  killAndNotice,
  machine,
  nextDecision,
} from './given-pool.ts';

describe('the end', () => {
  test('sending stops, queries go on, and what was sent is applied first', async () => {
    const pool = await givenPool(hashChain, { shards: 2 });
    const sent = Array.from({ length: 5000 }, (_, n) => pool.send(`id-${n % 7}`, n));
    pool.stopSending();
    await expect(pool.send('id-1', 0)).rejects.toMatchObject({ name: 'PoolClosedError' });
    expect(() => pool.trySend('id-1', 0)).toThrow('sending has stopped');
    expect(await pool.query('id-0')).toMatchObject({ count: 715 });
    await pool.drain();
    expect(pool.unapplied).toBe(0);
    await Promise.all(sent);
    expect(await pool.shutDown()).toEqual({ isDrained: true, unapplied: 0, killed: [] });
    await expect(pool.query('id-0')).rejects.toMatchObject({ name: 'PoolClosedError' });
  });

  test('a machine that never returns: its query times out, and the join kills it', async () => {
    const pool = await givenPool(machine('fussy'), { shards: 2 });
    await pool.send('fine', 1);
    const other = ['a', 'b', 'c', 'd'].find(
      (id) => pool.shardOf(id) !== pool.shardOf('fine'),
    );
    await pool.send(other as string, 'loop');
    await pool.send(other as string, 1);
    await expect(pool.query(other as string, 100)).rejects.toMatchObject({
      name: 'QueryTimeoutError',
      isDefinite: false,
      message: `no answer from "${other}" after 100 ms`,
    });
    expect(await pool.query('fine')).toEqual({ count: 1 });
    const shard = pool.shardOf(other as string);
    const end = await pool.shutDown(500);
    expect(end).toMatchObject({ isDrained: false, unapplied: 2 });
    expect(end.killed).toContain(shard);
  });

  test('kill ends all at once, and whoever waits is told', async () => {
    const pool = await givenPool(machine('fussy'), { shards: 1 });
    await pool.send('a', 'loop');
    const asked = expect(pool.query('a')).rejects.toThrow();
    const drained = expect(pool.drain()).rejects.toMatchObject({
      name: 'PoolClosedError',
    });
    await pool.kill();
    await Promise.all([asked, drained]);
    const late = [pool.drain(), pool.resize(2), pool.send('a', 1), pool.query('a')];
    for (const { reason } of (await Promise.allSettled(late)) as PromiseRejectedResult[])
      expect(reason).toMatchObject({ name: 'PoolClosedError' });
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)(
    '%s to the pool’s process: its shards end, even one in an endless loop',
    async (signal) => {
      const folder = mkdtempSync(join(tmpdir(), 'shards-test-'));
      const script = join(folder, 'parent.mts');
      writeFileSync(
        script,
        `import { startPool } from '${root}/src/shards/process-pool.ts';
         const pool = await startPool('${machine('fussy')}', { shards: 2 });
         for (const id of ['a', 'b', 'c', 'd', 'e']) await pool.send(id, 'loop');
         console.log('all loop');`,
      );
      const parent = watch(
        spawn(process.execPath, ['--import', 'tsx', script], { cwd: root }),
      );
      await parent.prints(/all loop/);
      const shards = `"poolPid":${parent.child.pid}`;
      const [, modules = ''] =
        /"folder":"([^"]*)"/.exec(listProcesses(shards).join()) ?? [];
      expect(existsSync(modules)).toBe(true);
      parent.child.kill(signal);
      await parent.exited;
      expect(areGoneWithin(20_000, shards), listProcesses(shards).join('\n')).toBe(true);
      expect(existsSync(modules)).toBe(false);
      rmSync(folder, { recursive: true });
    },
  );
});

describe('a loss', () => {
  test('what was asked is indefinite, what is asked next is answered', async () => {
    const pool = await givenPool(machine('fussy'), { shards: 1, maxFruitlessLosses: 1 });
    await pool.send('a', 1);
    await pool.drain();
    const applied = nextDecision(pool, 'apply');
    await pool.send('a', 'loop');
    await applied;
    const asked = pool.query('a');
    // It is on its way when it has been handed over.
    await nextDecision(pool, 'ask');
    const outcome = expect(asked).rejects.toMatchObject({
      name: 'ShardLostError',
      isDefinite: false,
      shard: 0,
      message: 'shard 1 was lost before it answered the query of "a"',
    });
    await killAndNotice(pool, 0);
    await outcome;
  });

  test('a message that ends its process each time: the pool gives up, and says why', async () => {
    const pool = await givenPool(machine('fussy'), { shards: 1, maxFruitlessLosses: 2 });
    await pool.send('a', 1);
    await pool.send('a', 'exit');
    const told = {
      name: 'PoolFailedError',
      message: expect.stringContaining('exit code 3'),
    };
    await expect(pool.drain()).rejects.toMatchObject(told);
    await expect(pool.send('a', 1)).rejects.toMatchObject(told);
    await expect(pool.query('a')).rejects.toMatchObject(told);
  });

  test('killed again and again while nothing is to be done: it is always replaced', async () => {
    const pool = await givenPool(hashChain, { shards: 1, maxFruitlessLosses: 1 });
    await pool.send('a', 1);
    for (let i = 0; i < 3; i++) {
      await pool.drain();
      const rebuilt = nextDecision(pool, 'rebuild');
      await killAndNotice(pool, 0);
      await rebuilt;
      expect(await pool.query('a')).toMatchObject({ count: 1 });
    }
  });

  test('a class that does not restore its state is found out, not believed', async () => {
    const pool = await givenPool(machine('forgetful'), { shards: 1, snapshotEvery: 1 });
    await pool.send('a', 1);
    await pool.drain();
    await killAndNotice(pool, 0);
    await expect(pool.query('a')).rejects.toThrow(
      'setState of Forgetful does not restore what getState gave (a)',
    );
  });
});

describe('a class of the user', () => {
  test('throws at a message: one error says which, and the process goes on', async () => {
    const failed: (Decision & { type: 'message-failed' })[] = [];
    const pool = await givenPool(machine('fussy'), {
      shards: 1,
      onDecision: (decision) => {
        if (decision.type === 'message-failed') failed.push(decision);
      },
    });
    for (const message of [1, 'throw', 'promise', 2]) await pool.send('a', message);
    await pool.send('impossible', 1);
    expect(await pool.query('a')).toEqual({ count: 4 });
    await expect(pool.query('impossible')).rejects.toMatchObject({
      name: 'MachineError',
    });
    const told = failed.map(({ message: { machine, seq, text }, why }) =>
      [machine.id, seq, text, why].join(' '),
    );
    expect(told).toEqual([
      'a 2 "throw" RangeError: not this one',
      'a 3 "promise" Error: processMessage returned a promise: a machine finishes a message before the next one',
      'impossible 1 1 Error: there is no such thing',
    ]);
  });

  test('what it threw at before is not told again when it is rebuilt', async () => {
    let failures = 0;
    const pool = await givenPool(machine('fussy'), {
      shards: 1,
      onDecision: ({ type }) => {
        if (type === 'message-failed') failures++;
      },
    });
    await pool.send('a', 'throw');
    await pool.drain();
    await killAndNotice(pool, 0);
    expect(await pool.query('a')).toEqual({ count: 1 });
    expect(failures).toBe(1);
  });

  test('whose getState throws: the query says so, and the others are answered', async () => {
    const pool = await givenPool(machine('fussy'), { shards: 1, snapshotEvery: 10 });
    for (let n = 0; n < 95; n++) await pool.send('a', n);
    await pool.send('b', 1);
    await expect(pool.query('a')).rejects.toMatchObject({
      name: 'MachineError',
      message: '"a" has no state: Error: too much to tell',
    });
    expect(await pool.query('b')).toEqual({ count: 1 });
  });

  test.each([
    ['no-class', 'exports no class'],
    ['no-method', 'the class Silent in .*no-method.ts has no method processMessage'],
    ['throws', 'no licence'],
    ['nowhere', 'there is no file .*nowhere.ts'],
  ])('%s: the pool does not start, and says why', async (name, why) => {
    const starting = startPool(machine(name), { shards: 2 });
    await expect(starting).rejects.toMatchObject({
      name: 'ModuleError',
      message: expect.stringMatching(why),
    });
  });

  test('that is never done with loading: the pool does not start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shards-test-'));
    const file = join(folder, 'endless.ts');
    writeFileSync(file, 'for (;;);\n');
    await expect(
      startPool(file, { shards: 1, startWithinMs: 500 }),
    ).rejects.toMatchObject({
      name: 'ModuleError',
      message: expect.stringContaining('endless.ts was not loaded after 500 ms'),
    });
    rmSync(folder, { recursive: true });
  });

  test('that does not compile: the pool does not start, and says where', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shards-test-'));
    const file = join(folder, 'half.ts');
    writeFileSync(file, 'export default class {\n');
    await expect(startPool(file, { shards: 1 })).rejects.toMatchObject({
      name: 'ModuleError',
      message: expect.stringMatching(/does not compile: .*half.ts:2:1/),
    });
    rmSync(folder, { recursive: true });
  });
});

describe('bounds', () => {
  test('a full queue: send waits, trySend says so, and nothing is lost', async () => {
    const pool = await givenPool(hashChain, { shards: 1, maxQueued: 10, maxWaiting: 5 });
    for (let n = 0; n < 10; n++) expect(pool.trySend('a', n)).toBe(true);
    expect(pool.trySend('a', 10)).toBe(false);
    let isTaken = false;
    const waiting = pool.send('a', 10).then(() => {
      isTaken = true;
    });
    await Promise.resolve();
    expect(isTaken).toBe(false);
    const more = [11, 12, 13, 14].map((n) => pool.send('a', n));
    await expect(pool.send('a', 15)).rejects.toMatchObject({ name: 'QueueFullError' });
    await Promise.all([waiting, ...more]);
    expect(await pool.query('a')).toMatchObject({ count: 15 });
  });

  test('a process has as many machines as it may have: a new id is refused', async () => {
    const pool = await givenPool(hashChain, { shards: 1, maxMachines: 3 });
    for (const id of ['a', 'b', 'c']) await pool.send(id, 1);
    await expect(pool.send('d', 1)).rejects.toMatchObject({
      name: 'MachineLimitError',
      message:
        'shard 1 has 3 machines, and may have no more; the message for "d" is refused',
    });
    await pool.send('a', 2);
    await expect(pool.query('d')).rejects.toMatchObject({ name: 'UnknownIdError' });
    expect(await pool.query('a')).toMatchObject({ count: 2 });
  });

  test('a log that no snapshot can shorten has an end', async () => {
    const pool = await givenPool(machine('history'), { shards: 1, maxLogLength: 10 });
    for (let n = 0; n < 10; n++) await pool.send('a', 1);
    await expect(pool.send('a', 1)).rejects.toMatchObject({
      name: 'LogFullError',
      message: expect.stringContaining('give the class a method setState(state)'),
    });
  });

  test.each([
    ['nothing', undefined],
    ['a large number', 1n],
    ['a text that is too long', 'x'.repeat(17 * 1024 * 1024)],
  ])('%s is no message', async (_, message) => {
    const pool = await givenPool(hashChain, { shards: 1 });
    await expect(pool.send('a', message)).rejects.toMatchObject({ name: 'MessageError' });
  });

  test('a large message is one', async () => {
    const pool = await givenPool(machine('history'), { shards: 1 });
    const text = 'é'.repeat(1_000_000);
    await pool.send('__proto__', { text });
    await pool.send('__proto__', [{ ['__proto__']: 1 }, null]);
    const { history } = (await pool.query('__proto__')) as {
      history: { text: string }[];
    };
    expect(history[0]?.text).toBe(text);
    expect(history).toHaveLength(2);
  });
});
