/**
 * Queries along every schedule that the explorer reaches: replies that are late, shards that
 * crash at any step. The pool is the real one, over the simulated network.
 */
import { expect, test } from 'vitest';
import { type Client, dial, Server } from '../../src/rpc/index.ts';
import { ShardLostError, ShardsError } from '../../src/shards/errors.ts';
import type { ShardLink } from '../../src/shards/link.ts';
import HashChain from '../../src/shards/machines/hash-chain.ts';
import { Pool } from '../../src/shards/pool.ts';
import { Registry } from '../../src/shards/registry.ts';
import { Shard } from '../../src/shards/shard.ts';
import { type Exploration, explore } from '../../src/sim/explorer.ts';
import type { FaultModel } from '../../src/sim/fault-model.ts';
import type { Scenario } from '../../src/sim/run-schedule.ts';
import type { World } from '../../src/sim/world.ts';

const openArgs = { module: 'hash-chain', file: 'hash-chain.ts', snapshotEvery: 2 };

/** Every process of shard i is a machine of its own: what has crashed does not come back. */
function openNodes(world: World): (shard: number) => Promise<ShardLink> {
  const starts = new Map<number, number>();
  return async (shard) => {
    const start = (starts.get(shard) ?? 0) + 1;
    starts.set(shard, start);
    const name = nameOf(shard, start);
    // The first ones are there when the world begins, so that schedules can crash them.
    if (start > 1 || shard > 1) addShard(world, name);
    const client: Client = await dial(`sim:${name}`, { codec: 'framed-json' });
    const exited = client.closed.then(() => 'crashed');
    return { client, pid: undefined, exited, kill: () => void client.close() };
  };
}

function nameOf(shard: number, start: number): string {
  return `shard-${shard + 1}${'x'.repeat(start - 1)}`;
}

function addShard(world: World, name: string): void {
  world.addNode(name, {
    boot: async () => {
      const server = new Server();
      const load = async () => ({ default: HashChain });
      server.registerName('Shard', new Shard(load, () => {}));
      await server.listen(`sim:${name}`);
    },
  });
}

interface Asked {
  readonly id: string;
  readonly sent: number;
  readonly outcome: unknown;
}

/** Two rounds of messages and queries for several ids, none of which waits for another. */
function createScenario(
  faults: FaultModel,
  { pause = false, resizeTo = 2 } = {},
): Scenario {
  return {
    name: 'two shards, four ids, two messages and two queries each',
    faults,
    world: { delayMs: 10 },
    async run(world) {
      for (const shard of [0, 1]) addShard(world, nameOf(shard, 1));
      await world.run(async () => {
        const pool = new Pool(openNodes(world), openArgs, { shards: 2 });
        const asking: Promise<Asked>[] = [];
        let resizing: Promise<number> | undefined;
        for (const sent of [1, 2]) {
          for (const id of ids) {
            await pool.send(id, `${sent} of ${id}`);
            asking.push(ask(pool, id, sent));
          }
          if (pause) await Promise.all(asking);
          if (sent === 1 && resizeTo !== 2) resizing = pool.resize(resizeTo);
        }
        for (const asked of await Promise.all(asking)) check(asked);
        await pool.drain();
        await resizing;
        expect(pool.status).toHaveLength(resizeTo);
        for (const id of ids) check(await askSurely(pool, id));
        await pool.kill();
      });
    },
  };
}

const ids = ['a', 'b', 'c', 'd'];

async function ask(pool: Pool, id: string, sent: number): Promise<Asked> {
  const outcome = await pool.query(id, 100_000).catch((error) => error);
  return { id, sent, outcome };
}

/** What is asked of a shard that is lost meanwhile is indefinite, so it is asked again. */
async function askSurely(pool: Pool, id: string): Promise<Asked> {
  const asked = await ask(pool, id, 2);
  return asked.outcome instanceof ShardLostError ? askSurely(pool, id) : asked;
}

/** Its own answer, with all that was sent before it; or that the shard was lost. */
function check({ id, sent, outcome }: Asked): void {
  if (outcome instanceof ShardLostError) return;
  if (outcome instanceof ShardsError || outcome instanceof Error) throw outcome;
  const possible = [1, 2]
    .filter((count) => count >= sent)
    .map((count) => stateOf(id, count));
  if (possible.includes(JSON.stringify(outcome))) return;
  throw new Error(`${id} after ${sent} messages: ${JSON.stringify(outcome)}`);
}

function stateOf(id: string, count: number): string {
  const registry = new Registry(HashChain);
  for (let seq = 1; seq <= count; seq++) registry.apply(id, seq, `${seq} of ${id}`);
  return registry.encode(id);
}

async function expectAllRight(scenarios: Scenario[]): Promise<Exploration> {
  const bounds = { deviations: 2, schedules: 400, seeds: 10 };
  const exploration = await explore(scenarios, bounds);
  const { failure } = exploration;
  expect(failure?.story, String((failure?.error as Error)?.stack)).toBeUndefined();
  return exploration;
}

test('late messages: every query gets its own answer', async () => {
  const slow = { slow: 2, slowMs: 250 };
  const { runs, exhausted } = await expectAllRight([
    createScenario(slow),
    createScenario(slow, { pause: true }),
  ]);
  expect(exhausted).toBeGreaterThanOrEqual(1);
  expect(runs).toBeGreaterThan(100);
});

test('a shard crashes at every step: an answer is right, or the query is indefinite', async () => {
  const crashes = { nodes: ['shard-1', 'shard-2'], atMost: 2 };
  const { runs, exhausted } = await expectAllRight([
    createScenario({ crashes }),
    createScenario({ crashes, slow: 1, slowMs: 250 }, { pause: true }),
  ]);
  expect(exhausted).toBeGreaterThanOrEqual(1);
  expect(runs).toBeGreaterThan(100);
});

test('the number of shards changes meanwhile: the same holds', async () => {
  const crashes = { nodes: ['shard-1', 'shard-2'], atMost: 1 };
  const { runs, exhausted } = await expectAllRight([
    createScenario({ crashes, slow: 1, slowMs: 250 }, { resizeTo: 3 }),
    createScenario({ crashes, slow: 1, slowMs: 250 }, { resizeTo: 1, pause: true }),
  ]);
  expect(exhausted).toBeGreaterThanOrEqual(1);
  expect(runs).toBeGreaterThan(100);
});
