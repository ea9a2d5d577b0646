/**
 * `--verify`: runs the same job on the same splits sequentially, in this process, and compares
 * the output files byte by byte.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../mapreduce/job.ts';
import { findDifference, runSequential } from '../mapreduce/sequential.ts';
import type { Split } from '../mapreduce/splits.ts';

/** Says on stderr which file differs, if one does. */
export async function equalsSequentialRun(
  job: Job,
  splits: readonly Split[],
  reduceTasks: number,
  outputDir: string,
  signal: AbortSignal,
): Promise<boolean | 'aborted'> {
  const folder = mkdtempSync(join(tmpdir(), 'mapreduce-verify-'));
  try {
    await runSequential(job, splits, reduceTasks, folder, signal);
    const name = findDifference(outputDir, folder, reduceTasks);
    if (name === undefined) return true;
    console.error(
      `error: ${join(outputDir, name)} differs from the sequential run: the job is not deterministic, or its combine changes the result`,
    );
    return false;
  } catch (error) {
    if (signal.aborted) return 'aborted';
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
