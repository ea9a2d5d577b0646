/**
 * The end of a shard whose pool is gone, whatever signal has ended that: the process ends, and
 * the pool's folder, which nobody else would remove.
 */
import { rmSync } from 'node:fs';
import type { ShardConfig } from './wire.ts';

/** Sockets of a killed process close a moment before its children get another parent. */
const orphanedWithinMs = 1000;

/** Ends this process for good, even while one of its threads never returns. */
export async function endWithPool({ poolPid, folder }: ShardConfig): Promise<never> {
  const ceilingMs = performance.now() + orphanedWithinMs;
  while (process.ppid === poolPid && performance.now() < ceilingMs) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (process.ppid !== poolPid) rmSync(folder, { recursive: true, force: true });
  process.kill(process.pid, 'SIGKILL');
  throw new Error('a process survived SIGKILL');
}
