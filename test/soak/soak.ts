/**
 * `npm run soak`: random jobs with random faults, real signals and dropped connections, each
 * compared with the sequential run, until the time is over. A run that goes wrong is printed
 * with the command that repeats it.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCommand, runCommand, UsageError } from '../../src/cli/command.ts';
import { count } from '../../src/cli/count-option.ts';
import { Interruption } from '../../src/cli/interruption.ts';
import { drawPlan } from './plan.ts';
import { describeAll, describeResult, describeViolation } from './report.ts';
import { runPlan, type SoakResult } from './run.ts';

interface Options {
  readonly minutes?: number;
  readonly seed?: number;
  readonly runs?: number;
  readonly atATime: number;
}

const command = createCommand(
  'soak',
  'Runs random jobs with random faults, and compares each with the sequential run',
)
  .option('--minutes <n>', 'begin no run after so long', count(1, 10_000))
  .option('--runs <n>', 'no more than so many', count(1, 1_000_000))
  .option('--seed <n>', 'of the first run; the next has the next', count(0, 2 ** 31 - 1))
  .option('--at-a-time <n>', 'runs at the same time', count(1, 16), 2)
  .action(soak);

await runCommand(command);

async function soak(options: Options): Promise<void> {
  if (!existsSync('/proc/self/environ')) {
    throw new UsageError(
      'soak finds the processes of a run in /proc, which there is none of: run it on Linux, or in a container',
    );
  }
  if (options.minutes === undefined && options.runs === undefined) {
    throw new UsageError('how long? Add --minutes 5, or --runs 10');
  }
  const interruption = new Interruption();
  const { signal } = interruption;
  const place = mkdtempSync(join(tmpdir(), 'soak-'));
  try {
    const results = await runAll(options, place, signal);
    for (const line of ['', ...describeAll(results)]) console.log(line);
    const isGood = results.every(({ complaints }) => complaints.length === 0);
    process.exitCode = isGood ? interruption.exitCode : 1;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Several lanes, each of which takes the next seed when its run is over. */
async function runAll(
  { minutes = Infinity, runs = Infinity, atATime, ...options }: Options,
  place: string,
  signal: AbortSignal,
): Promise<SoakResult[]> {
  const first = options.seed ?? Date.now() % 1_000_000_000;
  console.log(`first seed: ${first}`);
  const endMs = performance.now() + minutes * 60_000;
  const results: SoakResult[] = [];
  let started = 0;
  const runLane = async () => {
    while (started < runs && performance.now() < endMs && !signal.aborted) {
      const result = await runPlan(drawPlan(first + started++), place, signal);
      if (!result) return;
      results.push(result);
      console.log(describeResult(result));
      if (result.complaints.length === 0) continue;
      for (const line of describeViolation(result)) console.log(line);
    }
  };
  await Promise.all(Array.from({ length: atATime }, runLane));
  return results;
}
