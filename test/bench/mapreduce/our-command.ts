/**
 * Our program as its users start it, and a run of it, or of a peer, whose answer is checked.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchRun } from './part.ts';
import type { Entrant } from './race.ts';
import { type Finished, root, runTimed, type Watch } from './timed-command.ts';
import { type CountFormat, checkCounts, readCounts } from './word-counts.ts';

export { root };

/** `npm run mapreduce -- …`, without npm. */
export function ourCommand(...args: readonly string[]): string[] {
  return [process.execPath, 'src/cli/start.cjs', 'mapreduce', ...args];
}

/** The word count of the corpus; what is not said is as a user gets it who says nothing. */
export function countWords(
  { corpus }: BenchRun,
  output: string,
  { workers }: { workers: number },
  ...options: readonly string[]
): string[] {
  const always = ['--workers', String(workers), '--output', output, '--json'];
  return ourCommand(...always, ...options, corpus.inputs);
}

/** Runs a command that counts words; rejects if it fails or has miscounted. */
export async function runAndCheck(
  { scratch, corpus }: BenchRun,
  listCommand: (output: string) => readonly string[],
  format: CountFormat,
  watch: Watch = {},
): Promise<Finished> {
  const output = join(scratch, 'answer');
  try {
    const finished = await runTimed(listCommand(output), scratch, watch);
    checkCounts(readCounts(output, format), corpus.counts);
    return finished;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** The contender of such a command; the check is no part of its time. */
export function checkAnswer(
  run: BenchRun,
  name: string,
  listCommand: (output: string) => readonly string[],
  format: CountFormat = 'pairs',
): Entrant {
  return {
    name,
    run: async () => (await runAndCheck(run, listCommand, format)).seconds,
  };
}
