/** Starts the benchmark as its users do, for the tests of the benchmark. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { watch } from '../cli/program.ts';

/** The benchmark that stands under `folder`. */
export function startBench(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
) {
  const file = join(folder, 'test/bench/bench.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return watch(child);
}

/** Runs it to its end. */
export async function runBench(folder: string, ...args: string[]) {
  const program = startBench(folder, args);
  const { code } = await program.exited;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}
