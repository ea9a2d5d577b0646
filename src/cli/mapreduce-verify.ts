/**
 * `--verify`: runs the same job on the same splits sequentially, in a process of its own, and
 * compares the output files byte by byte.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../mapreduce/bundle.ts';
import { findDifference } from '../mapreduce/sequential.ts';
import type { SequentialConfig } from '../mapreduce/sequential-main.ts';

export type Verdict = 'equal' | 'different' | 'aborted';

/** Says on stderr why, where the verdict is 'different'. Writes into `runDir` only. */
export async function compareWithSequentialRun(
  bundle: Bundle,
  work: Omit<SequentialConfig, 'jobModule' | 'outputDir'>,
  runDir: string,
  outputDir: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const folder = join(runDir, 'sequential');
  mkdirSync(folder);
  const { jobModule, sequentialMain } = bundle;
  const { params, splits, reduceTasks, skips } = work;
  const job = { jobModule, params, splits, reduceTasks, skips };
  const config = { ...job, outputDir: folder };
  const code = await runSequentialProcess(sequentialMain, config, runDir, signal);
  if (signal.aborted) return 'aborted';
  if (code !== 0) return 'different';
  const name = findDifference(outputDir, folder, reduceTasks);
  if (name === undefined) return 'equal';
  console.error(
    `error: ${join(outputDir, name)} differs from the sequential run: the job is not deterministic, or its combine changes the result`,
  );
  return 'different';
}

/** Resolves with the exit code. What the job prints is log. */
async function runSequentialProcess(
  main: string,
  config: SequentialConfig,
  runDir: string,
  signal: AbortSignal,
): Promise<number | null> {
  const file = join(runDir, 'sequential.json');
  writeFileSync(file, JSON.stringify(config));
  const args = ['--enable-source-maps', main, file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 2, 2] });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  const [code] = await once(child, 'exit');
  return code;
}
