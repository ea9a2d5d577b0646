/** The solution of `sharding` over real sockets, as it is over the simulated network. */
import { expect, test } from 'vitest';
import { Router } from '../../solutions/sharding/sharding.ts';
import { connectShard, Shard, ShardLostError } from '../../src/lecture/sharding.ts';

class SlowShard extends Shard {
  override Query(): Promise<never> {
    return new Promise(() => {});
  }
}

test('messages and queries find their shards; a lost shard says so', async () => {
  const shards = { a: new Shard(), b: new Shard(), c: new SlowShard() };
  const links = await Promise.all(
    Object.entries(shards).map(async ([name, shard]) =>
      connectShard(name, await shard.listen('127.0.0.1:0')),
    ),
  );
  const router = new Router(links);
  router.send('id-2', 'one');
  router.send('id-1', 'other');
  router.send('id-2', 'two');
  expect(await router.query('id-2')).toEqual(['one', 'two']);
  expect(await router.query('id-1')).toEqual(['other']);

  const asked = router.query('id-0');
  await shards.c.close();
  await expect(asked).rejects.toEqual(new ShardLostError('c'));
  expect(router.pending.size).toBe(0);
  expect(await router.query('id-0')).toEqual([]);
  await Promise.all([...links, shards.a, shards.b].map((end) => end.close()));
});
