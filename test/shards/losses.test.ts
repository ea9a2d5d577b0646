/**
 * Real SIGKILLs, at moments that a seed chooses: with the log nothing is lost, doubled or out
 * of order; without it, what is lost is said.
 */
import { expect, test } from 'vitest';
import type { Decision, LostMachine } from '../../src/shards/events.ts';
import HashChain from '../../src/shards/machines/hash-chain.ts';
import { Registry } from '../../src/shards/registry.ts';
import { createRandom } from '../../src/sim/random.ts';
import { givenPool, hashChain, killAndNotice, machine } from './given-pool.ts';

/** All of it on a machine of its own; elsewhere enough to meet every kind of moment. */
const isWhole = process.env.CI !== undefined;
const messages = isWhole ? 1_000_000 : 100_000;
const kills = isWhole ? 20 : 6;
/** Starting a process takes long on a machine that has much else to do. */
const ceilingMs = 240_000;
const shards = 3;
const seed = 20;

test(
  `${messages} messages, ${kills} processes killed: every machine is as in one process`,
  async () => {
    const random = createRandom(seed);
    const lost: string[] = [];
    const onDecision = (decision: Decision) => {
      if (decision.type === 'lost') lost.push(decision.why);
    };
    const pool = await givenPool(hashChain, { shards, onDecision });
    const killAt = Array.from({ length: kills }, () => Math.floor(random() * messages));
    killAt.sort((a, b) => a - b);
    const alone = new Alone();
    for (let n = 0; n < messages; n++) {
      // A shard that is being replaced has no process: the next message tries again.
      if (n >= (killAt[0] ?? messages) && pool.killShard(Math.floor(random() * shards)))
        killAt.shift();
      const id = `id-${Math.floor(random() ** 2 * 2000)}`;
      const message = { n, amount: Math.floor(random() * 1000) };
      await pool.send(id, message);
      alone.apply(id, message);
    }
    await pool.drain();
    expect(lost).toEqual(Array(kills).fill('SIGKILL'));
    await expectAsAlone(pool, alone);
  },
  ceilingMs,
);

test('a class without setState is rebuilt from all its messages', async () => {
  const pool = await givenPool(machine('history'), { shards: 2 });
  for (let n = 0; n < 1000; n++) {
    if (n === 500) await killAndNotice(pool, pool.shardOf('a'));
    await pool.send('a', n);
  }
  const { history } = (await pool.query('a')) as { history: number[] };
  expect(history).toEqual(Array.from({ length: 1000 }, (_, n) => n));
});

test('snapshots shorten the log: a rebuilt machine gets few of its messages again', async () => {
  const rebuilt: number[] = [];
  const pool = await givenPool(hashChain, {
    shards: 1,
    snapshotEvery: 10,
    onDecision: (decision) => {
      if (decision.type === 'rebuild') rebuilt.push(decision.messages);
    },
  });
  const alone = new Alone();
  for (let n = 0; n < 10_005; n++) {
    await pool.send('a', n);
    alone.apply('a', n);
  }
  await pool.drain();
  await killAndNotice(pool, 0);
  await pool.send('a', 'one more');
  alone.apply('a', 'one more');
  await expectAsAlone(pool, alone);
  expect(rebuilt).toHaveLength(1);
  // At most a batch more than a snapshot leaves out.
  expect(rebuilt[0]).toBeLessThan(10);
});

test('with the log off the loss is told: which ids, how many messages', async () => {
  const losses: LostMachine[] = [];
  const pool = await givenPool(hashChain, {
    shards: 2,
    hasLog: false,
    onDecision: (decision) => {
      if (decision.type === 'messages-lost') losses.push(...decision.machines);
    },
  });
  const ids = Array.from({ length: 20 }, (_, i) => `id-${i}`);
  for (const id of ids) for (let n = 0; n < 5; n++) await pool.send(id, n);
  await pool.drain();
  const gone = ids.filter((id) => pool.shardOf(id) === 0);
  await killAndNotice(pool, 0);
  const alone = new Alone();
  for (const id of ids) await pool.send(id, 'after');
  for (const id of ids)
    if (!gone.includes(id)) for (let n = 0; n < 5; n++) alone.apply(id, n);
  for (const id of ids) alone.apply(id, 'after');
  await expectAsAlone(pool, alone);
  const told = losses.map(({ id, messages: count }) => `${id}: ${count}`).sort();
  expect(told).toEqual(gone.map((id) => `${id}: 5`).sort());
});

/** The same messages in one process: the oracle. */
class Alone {
  readonly registry = new Registry(HashChain);

  apply(id: string, message: unknown): void {
    this.registry.apply(id, this.registry.seqOf(id) + 1, message);
  }
}

async function expectAsAlone(
  pool: Awaited<ReturnType<typeof givenPool>>,
  { registry }: Alone,
): Promise<void> {
  expect(pool.ids.sort()).toEqual(registry.ids.sort());
  for (const id of pool.ids) {
    expect(await pool.query(id), id).toEqual(JSON.parse(registry.encode(id)));
  }
}
