/** Pools for tests: small machines, and no process or folder of a test outlives it. */
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import type { Decision } from '../../src/shards/events.ts';
import type { Pool } from '../../src/shards/pool.ts';
import { type ProcessPoolOptions, startPool } from '../../src/shards/process-pool.ts';

/** A module of test/fixtures/machines. */
export function machine(name: string): string {
  return join(import.meta.dirname, `../fixtures/machines/${name}.ts`);
}

export const hashChain = join(
  import.meta.dirname,
  '../../src/shards/machines/hash-chain.ts',
);

const pools: Pool[] = [];
const readers = new WeakMap<Pool, Set<(decision: Decision) => void>>();

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.kill();
});

export async function givenPool(
  file: string,
  options: ProcessPoolOptions,
): Promise<Pool> {
  const own = new Set<(decision: Decision) => void>();
  const onDecision = (decision: Decision) => {
    options.onDecision?.(decision);
    for (const read of own) read(decision);
  };
  const pool = await startPool(file, { ...options, onDecision });
  pools.push(pool);
  readers.set(pool, own);
  return pool;
}

/** Resolves with the next decision of this type. */
export function nextDecision<Type extends Decision['type']>(
  pool: Pool,
  type: Type,
): Promise<Decision & { type: Type }> {
  const own = readers.get(pool);
  return new Promise((resolve) => {
    const read = (decision: Decision) => {
      if (decision.type !== type) return;
      own?.delete(read);
      resolve(decision as Decision & { type: Type });
    };
    own?.add(read);
  });
}

/** SIGKILL to the shard's process; resolves when the pool has noticed. */
export async function killAndNotice(pool: Pool, shard: number): Promise<void> {
  const lost = nextDecision(pool, 'lost');
  expect(pool.killShard(shard)).toBe(true);
  expect(await lost).toMatchObject({ shard, why: 'SIGKILL' });
}
