/**
 * The process that runs a job sequentially, as the command sees it: started, watched, and
 * ended with the command. What the job prints is log.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pairsName, totalsName } from '../mapreduce/sequential.ts';
import type { SequentialConfig } from '../mapreduce/sequential-main.ts';

/** Says on stderr why, where it resolves with 'failed'. */
export async function runSequentialProcess(
  main: string,
  config: SequentialConfig,
  runDir: string,
  signal: AbortSignal,
): Promise<'completed' | 'failed' | 'aborted'> {
  const file = join(runDir, 'sequential.json');
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(process.execPath, [main, file], {
    stdio: ['ignore', 2, 2],
    // What Ctrl-C means, we decide.
    detached: true,
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  const [code, killedBy] = await once(child, 'exit');
  signal.removeEventListener('abort', kill);
  if (signal.aborted) return 'aborted';
  if (code === 1) return 'failed';
  const isAtItsEnd = existsSync(
    join(config.outputDir, config.only ? pairsName : totalsName),
  );
  if (code === 0 && isAtItsEnd) return 'completed';
  console.error(
    `error: the sequential run ended before its end: ${killedBy ?? `exit code ${code}`}`,
  );
  return 'failed';
}
