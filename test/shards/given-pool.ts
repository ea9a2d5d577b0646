/** Pools for tests: small machines, and no process or folder of a test outlives it. */
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Pool } from '../../src/shards/pool.ts';
import { type ProcessPoolOptions, startPool } from '../../src/shards/process-pool.ts';

/** A module of test/fixtures/machines. */
export function machine(name: string): string {
  return join(import.meta.dirname, `../fixtures/machines/${name}.ts`);
}

const pools: Pool[] = [];

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.kill();
});

export async function givenPool(
  file: string,
  options: ProcessPoolOptions,
): Promise<Pool> {
  const pool = await startPool(file, options);
  pools.push(pool);
  return pool;
}
