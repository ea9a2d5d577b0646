/**
 * A pool whose shards are processes of this machine: bundles the user's module, starts them,
 * and leaves neither a process nor a file behind.
 */
import { rmSync } from 'node:fs';
import { bundleShard } from './bundle.ts';
import { ModuleError } from './errors.ts';
import { Pool, type PoolOptions } from './pool.ts';
import { type ObserveShard, startProcesses } from './shard-process.ts';

export interface ProcessPoolOptions extends PoolOptions {
  /** Gets every line that a shard prints, on either stream. */
  readonly onLine?: ((shard: number, line: string) => void) | undefined;
  /** Sees the pool's calls to each shard. */
  readonly observe?: ObserveShard | undefined;
  /** A machine's state replaces its log after so many messages; 256 by default. */
  readonly snapshotEvery?: number;
  /** How long the processes may take to start and load the module; 60 s by default. */
  readonly startWithinMs?: number;
}

const defaultSnapshotEvery = 256;
const defaultStartWithinMs = 60_000;

/**
 * Starts processes with the state machine of a module; resolves when all are ready. Rejects
 * with a ModuleError for a module that cannot be used, and then nothing is left behind.
 */
export async function startPool(
  machineFile: string,
  {
    onLine,
    observe,
    snapshotEvery = defaultSnapshotEvery,
    startWithinMs = defaultStartWithinMs,
    ...options
  }: ProcessPoolOptions,
): Promise<Pool> {
  const bundle = await bundleShard(machineFile);
  const removeBundle = () => rmSync(bundle.folder, { recursive: true, force: true });
  const open = startProcesses(bundle, onLine ?? (() => {}), observe);
  const { machineModule: module } = bundle;
  // Without a log there is nothing that a snapshot could shorten.
  const every = options.hasLog === false ? 0 : snapshotEvery;
  const openArgs = { module, file: machineFile, snapshotEvery: every };
  const pool = new Pool(open, openArgs, options, removeBundle);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void pool.kill();
  }, startWithinMs);
  try {
    await pool.ready();
    return pool;
  } catch (error) {
    await pool.kill();
    const late = `${machineFile} was not loaded after ${startWithinMs} ms`;
    throw new ModuleError(isLate ? late : (error as Error).message, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
