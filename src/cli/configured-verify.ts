/**
 * `--verify` with `--config`: the same counts by one process that searches every string for
 * every target. Of the run it shares the strings and nothing else.
 */
import { countPlainly, listStrings, listTargets } from '../apps/random-strings.ts';
import type { RunConfig } from './config-file.ts';
import type { Verdict } from './mapreduce-verify.ts';
import { readCounts } from './state-totals.ts';

/** Says on stderr how long the loop took, and what differs, if anything does. */
export async function compareWithPlainLoop(
  config: RunConfig,
  { seed, reduceTasks }: { seed: number; reduceTasks: number },
  outputDir: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const startMs = performance.now();
  const expected = await countInOneProcess(config, seed, signal);
  if (!expected) return 'aborted';
  const seconds = ((performance.now() - startMs) / 1000).toFixed(2);
  console.error(`the plain loop over the same strings in one process took ${seconds} s`);
  const found = readCounts(outputDir, reduceTasks);
  const wrong = [...expected].find(([target, count]) => found.get(target) !== count);
  if (!wrong && found.size === expected.size) return 'equal';
  const [target, count] = wrong ?? ['the number of targets', expected.size];
  const instead = wrong ? (found.get(target) ?? 'missing') : found.size;
  console.error(`error: ${target} is ${instead} in ${outputDir}, and must be ${count}`);
  return 'different';
}

/** Strings between two looks at whether somebody wants the loop to end. */
const portion = 20_000;

/** Undefined: it was aborted. */
async function countInOneProcess(
  config: RunConfig,
  seed: number,
  signal: AbortSignal,
): Promise<Map<string, number> | undefined> {
  const { num_strings: strings, max_string_length: maxLength } = config;
  const targets = listTargets(seed, config.num_target_words, config.target_word_length);
  const counts = targets.map(() => 0);
  for (let from = 0; from < strings; from += portion) {
    const to = Math.min(from + portion, strings);
    countPlainly(listStrings(seed, maxLength, from, to), targets, counts);
    await new Promise((done) => setImmediate(done));
    if (signal.aborted) return undefined;
  }
  return new Map(targets.map((target, i) => [target, counts[i] as number]));
}
