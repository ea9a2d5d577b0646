/** Pools of real processes: what is sent is applied once and in order, and queries see it. */
import { expect, test } from 'vitest';
import { listProcesses } from '../cli/program.ts';
import { givenPool, machine } from './given-pool.ts';

test('two processes, messages routed by id, and a query that sees them all', async () => {
  const pool = await givenPool(machine('history'), { shards: 2 });
  const ids = ['a', 'b', 'c', 'd', 'e'];
  for (const n of [1, 2, 3]) for (const id of ids) await pool.send(id, { n });
  for (const id of ids) {
    const { history, pid } = (await pool.query(id)) as { history: object[]; pid: number };
    expect(history).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(pid).toBe(pool.status[pool.shardOf(id)]?.pid);
  }
  expect(new Set(pool.status.map(({ pid }) => pid)).size).toBe(2);
  const pids = pool.status.map(({ pid }) => pid);
  expect(await pool.shutDown()).toEqual({ isDrained: true, unapplied: 0, killed: [] });
  for (const pid of pids)
    expect(listProcesses(`${pid} `).join()).not.toContain('shard-main');
});
