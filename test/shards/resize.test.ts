/** Another number of processes while messages stream: only what must move moves, in order. */
import { expect, test } from 'vitest';
import type { Decision } from '../../src/shards/events.ts';
import HashChain from '../../src/shards/machines/hash-chain.ts';
import type { Pool } from '../../src/shards/pool.ts';
import { Registry } from '../../src/shards/registry.ts';
import { createRouting } from '../../src/shards/ring.ts';
import { givenPool, hashChain, killAndNotice, machine } from './given-pool.ts';

const ids = Array.from({ length: 300 }, (_, i) => `id-${i}`);

async function expectAsAlone(pool: Pool, rounds: number): Promise<void> {
  const alone = new Registry(HashChain);
  for (let n = 1; n <= rounds; n++) for (const id of ids) alone.apply(id, n, n);
  for (const id of ids) {
    expect(await pool.query(id), id).toEqual(JSON.parse(alone.encode(id)));
  }
}

async function sendRounds(pool: Pool, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) for (const id of ids) await pool.send(id, n);
}

test('under load from 2 to 4 to 3 to 1: all is in order, and only the right ids move', async () => {
  const moves: (Decision & { type: 'moved' })[] = [];
  const pool = await givenPool(hashChain, {
    shards: 2,
    onDecision: (decision) => {
      if (decision.type === 'moved') moves.push(decision);
    },
  });
  await sendRounds(pool, 1, 20);
  let rounds = 20;
  let before = 2;
  for (const after of [4, 3, 1]) {
    moves.length = 0;
    const resized = pool.resize(after);
    // Queries of machines that are on their way are answered too.
    const asked = ids.map((id) => pool.query(id));
    await sendRounds(pool, rounds + 1, rounds + 20);
    for (const state of await Promise.all(asked))
      expect(state).toMatchObject({ count: rounds });
    rounds += 20;
    const [old, now] = [createRouting('hash', before), createRouting('hash', after)];
    const movers = ids.filter((id) => old.shardOf(id) !== now.shardOf(id));
    expect(await resized).toBe(movers.length);
    expect(moves.map(({ id }) => id).sort()).toEqual(movers.sort());
    expect(pool.status).toHaveLength(after);
    for (const id of ids) expect(pool.shardOf(id)).toBe(now.shardOf(id));
    before = after;
  }
  await pool.drain();
  await expectAsAlone(pool, rounds);
});

test('processes are killed while machines move: nothing is lost or out of order', async () => {
  const pool = await givenPool(hashChain, { shards: 3, snapshotEvery: 7 });
  await sendRounds(pool, 1, 10);
  let rounds = 10;
  for (const [shards, victim] of [
    [5, 0],
    [5, 4],
    [2, 3],
    [2, 1],
    [4, 3],
  ] as const) {
    const resized = pool.resize(shards);
    pool.killShard(victim);
    await sendRounds(pool, rounds + 1, rounds + 10);
    pool.killShard(victim);
    rounds += 10;
    await resized;
  }
  await pool.drain();
  expect(pool.status.map(({ shard }) => shard)).toEqual([0, 1, 2, 3]);
  // A kill that nobody has noticed yet would fail a query, as it should.
  await sendRounds(pool, rounds + 1, rounds + 1);
  await pool.drain();
  await expectAsAlone(pool, rounds + 1);
});

test('a class without setState moves too: all its messages are applied once more', async () => {
  const pool = await givenPool(machine('history'), { shards: 1 });
  for (let n = 0; n < 50; n++) for (const id of ids.slice(0, 9)) await pool.send(id, n);
  expect(await pool.resize(3)).toBeGreaterThan(0);
  for (const id of ids.slice(0, 9)) {
    const { history, pid } = (await pool.query(id)) as { history: number[]; pid: number };
    expect(history).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(pid).toBe(pool.status[pool.shardOf(id)]?.pid);
  }
});

test('with the log off a state moves, and a class without setState does not', async () => {
  const options = { shards: 1, hasLog: false };
  const [chains, histories] = [
    await givenPool(hashChain, options),
    await givenPool(machine('history'), options),
  ];
  await sendRounds(chains, 1, 5);
  expect(await chains.resize(3)).toBeGreaterThan(100);
  await sendRounds(chains, 6, 9);
  await expectAsAlone(chains, 9);
  await histories.send('a', 1);
  await expect(histories.resize(3)).rejects.toMatchObject({ name: 'ResizeError' });
  expect(await histories.query('a')).toMatchObject({ history: [1] });
});

test('what cannot be done changes nothing', async () => {
  const pool = await givenPool(hashChain, { shards: 3, maxMachines: 150 });
  await sendRounds(pool, 1, 2);
  await expect(pool.resize(0)).rejects.toThrow('0 is no number of shards');
  await expect(pool.resize(1)).rejects.toMatchObject({ name: 'MachineLimitError' });
  const first = pool.resize(4);
  await expect(pool.resize(5)).rejects.toThrow('still moving');
  await first;
  expect(await pool.resize(4)).toBe(0);
  pool.stopSending();
  await expect(pool.resize(5)).rejects.toMatchObject({ name: 'PoolClosedError' });
  await expectAsAlone(pool, 2);
});

test('a machine whose state cannot be taken stays where it is, and is told', async () => {
  const pool = await givenPool(machine('fussy'), { shards: 1 });
  const movers = ids.filter((id) => createRouting('hash', 2).shardOf(id) === 1);
  const [stuck = '', free = ''] = movers;
  for (let n = 0; n < 91; n++) await pool.send(stuck, n);
  await pool.send(free, 1);
  await expect(pool.resize(2)).rejects.toThrow(`"${stuck}" cannot be moved`);
  await pool.send(stuck, 1);
  await pool.send(free, 2);
  await pool.drain();
  expect([pool.shardOf(stuck), pool.shardOf(free)]).toEqual([0, 1]);
  expect(await pool.query(free)).toEqual({ count: 2 });
  await killAndNotice(pool, 0);
  await pool.drain();
});
