/**
 * The end of `npm run shards`: what happened in numbers, and whether every machine is as it
 * would be in one process. Only then is the exit code 0.
 */
import chalk, { chalkStderr } from 'chalk';
import type { ShardsOptions } from './shards-options.ts';
import type { Tally } from './shards-screen.ts';

export interface ShardsRun {
  readonly sent: number;
  readonly machines: number;
  readonly processes: number;
  readonly elapsedMs: number;
  readonly tally: Tally;
  /** Ids whose state is another one than in one process. */
  readonly different: readonly string[];
  /** Kills that never happened. */
  readonly unmetKills: readonly {
    readonly shard: number;
    readonly afterMessages: number;
  }[];
}

const numbers = new Intl.NumberFormat('en');

/** Prints the summary to stdout, and what is wrong to stderr; returns the exit code. */
export function printReport(run: ShardsRun, { json, log }: ShardsOptions): number {
  const { tally, different, unmetKills } = run;
  const isEqual = different.length === 0;
  if (json) console.log(JSON.stringify(summarise(run)));
  else console.log(describe(run));
  if (!isEqual) {
    const why = log ? '' : ' (--no-log: what a lost process had is gone)';
    console.error(
      chalkStderr.red(
        `${different.length} machines differ from a run in one process, ${different.slice(0, 5).join(', ')}${why}`,
      ),
    );
  }
  if (tally.firstFailure !== undefined) {
    const count = `${numbers.format(tally.failures)} messages failed`;
    console.error(chalkStderr.red(`${count}; the first: ${tally.firstFailure}`));
  }
  for (const { shard, afterMessages } of unmetKills) {
    const why = `it was to be killed after ${afterMessages} messages`;
    console.error(chalkStderr.red(`shard ${shard} was not killed: ${why}`));
  }
  return isEqual && tally.failures === 0 && unmetKills.length === 0 ? 0 : 1;
}

function summarise({ tally, different, unmetKills, ...run }: ShardsRun): object {
  const { firstFailure: _first, ...counts } = tally;
  return {
    ...run,
    ...counts,
    different: different.length,
    isEqual: different.length === 0,
    unmetKills: unmetKills.length,
  };
}

function describe(run: ShardsRun): string {
  const { sent, machines, processes, elapsedMs, tally, different } = run;
  const perSecond = numbers.format(Math.round((1000 * sent) / elapsedMs));
  const lines = [
    `${numbers.format(sent)} messages to ${numbers.format(machines)} machines in ${processes} processes, ${perSecond} a second`,
    `processes lost: ${tally.lost}; machines rebuilt: ${tally.rebuilt}, moved: ${tally.moved}`,
    `messages lost: ${tally.messagesLost}; replayed from the log: ${tally.replayed}`,
  ];
  if (different.length === 0)
    lines.push(chalk.green("every machine's state equals the single-process run"));
  return lines.join('\n');
}
