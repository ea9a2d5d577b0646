/**
 * `--verify`: runs the same job on the same splits sequentially, in a process of its own, and
 * compares the output files byte by byte.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../mapreduce/bundle.ts';
import { findDifference, totalsName } from '../mapreduce/sequential.ts';
import type { SequentialConfig } from '../mapreduce/sequential-main.ts';
import { describeDifference, type Totals } from '../mapreduce/totals.ts';
import { runSequentialProcess } from './sequential-process.ts';

export type Verdict = 'equal' | 'different' | 'aborted';

/** Says on stderr why, where the verdict is 'different'. Writes into `runDir` only. */
export async function compareWithSequentialRun(
  bundle: Bundle,
  work: Omit<SequentialConfig, 'jobModule' | 'outputDir'>,
  runDir: string,
  outputDir: string,
  totals: Totals,
  signal: AbortSignal,
): Promise<Verdict> {
  const folder = join(runDir, 'sequential');
  mkdirSync(folder, { recursive: true });
  const { jobModule, sequentialMain } = bundle;
  const { params, splits, reduceTasks, outputFormat, memoryBytes } = work;
  const { skips, skippedKeys } = work;
  const job = { jobModule, params, splits, reduceTasks, outputFormat, memoryBytes };
  const config = { ...job, skips, skippedKeys, outputDir: folder };
  const end = await runSequentialProcess(sequentialMain, config, runDir, signal);
  if (end === 'aborted') return 'aborted';
  if (end === 'failed') return 'different';
  const name = findDifference(outputDir, folder, reduceTasks);
  if (name === undefined) return compareTotals(totals, folder);
  console.error(
    `error: ${join(outputDir, name)} differs from the sequential run: the job is not deterministic, or its combine changes the result`,
  );
  return 'different';
}

/** The output is the same; so must be what was counted on the way. */
function compareTotals(totals: Totals, folder: string): Verdict {
  const oracle: Totals = JSON.parse(readFileSync(join(folder, totalsName), 'utf8'));
  const difference = describeDifference(totals, oracle);
  if (difference === undefined) return 'equal';
  console.error(
    `error: ${difference}: the job is not deterministic, or its combine changes the result`,
  );
  return 'different';
}
