/**
 * The workload and the configuration of document "process-rpc": 15 mappers, 10 reducers, and
 * 500,000 random strings in which 100 targets are looked for. Faults are off: what counts is
 * what 25 processes cost, beside 25 starts of Node and one process that does it all: two cores
 * can halve the work of its loop.
 *
 * Source: document "process-rpc", section "Configuration".
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atMost } from '../goals.ts';
import { ourCommand } from './our-command.ts';
import { absent, type BenchRun, hasOption, type Part } from './part.ts';
import { divide, type Entrant, formatRace, medianOf, type Standing } from './race.ts';
import { startBareNode } from './start-up.ts';
import { runTimed } from './timed-command.ts';

const ours = 'ours, --config';
const starts = '25 bare node -e 0, one by one';
const loop = 'single-process loop, such strings';

const settings = {
  num_strings: 500_000,
  max_string_length: 15,
  num_target_words: 100,
  target_word_length: 3,
  partition_size: 5000,
  keys_per_reducer: 5,
  num_mappers: 15,
  num_reducers: 10,
  mapper_failure_probability: 0,
  reducer_failure_probability: 0,
  mapper_straggler_probability: 0,
  reducer_straggler_probability: 0,
  mapper_straggler_delay_ms: 2000,
  reducer_straggler_delay_ms: 2000,
  mapper_timeout_ms: 10_000,
  reducer_timeout_ms: 10_000,
};
const processes = settings.num_mappers + settings.num_reducers;

export function createDocumentWorkload(run: BenchRun): Part {
  /** What the last run said of its state server, by the names it has there. */
  const stateFigures: Record<string, unknown> = {};
  return {
    name: 'document workload',
    entrants: [
      hasOption(run, '--config')
        ? runConfig(run, stateFigures)
        : absent(ours, 'there is no option --config'),
      { name: starts, run: () => startOneByOne(run) },
      {
        name: loop,
        async run() {
          const command = run.node(
            'mapreduce/containment-loop',
            JSON.stringify(settings),
          );
          return (await runTimed(command, run.scratch)).seconds;
        },
      },
    ],
    report: (standings) => report(standings, stateFigures),
  };
}

/** Compared with the sequential run once, in the round that does not count. */
function runConfig(
  { scratch }: BenchRun,
  stateFigures: Record<string, unknown>,
): Entrant {
  const config = join(scratch, 'config.json');
  let isVerified = false;
  return {
    name: ours,
    async run() {
      writeFileSync(config, JSON.stringify(settings));
      const options = ['--config', config, '--json', ...(isVerified ? [] : ['--verify'])];
      const { seconds, stdout } = await runTimed(ourCommand(...options), scratch);
      const summary = JSON.parse(stdout);
      if (!isVerified && summary.verified !== true)
        throw new Error('it was not verified');
      isVerified = true;
      for (const name of Object.keys(summary)) {
        if (/state/i.test(name)) stateFigures[name] = summary[name];
      }
      return seconds;
    },
  };
}

async function startOneByOne({ scratch }: BenchRun): Promise<number> {
  let sum = 0;
  for (let i = 0; i < processes; i++) sum += await startBareNode(scratch);
  return sum;
}

function report(standings: readonly Standing[], stateFigures: object) {
  const base = medianOf(standings, ours);
  const table = formatRace('document workload, faults off', standings, [
    { head: 'ours / it', show: (seconds) => divide(seconds, base)?.toFixed(2) ?? '-' },
  ]);
  const told = Object.entries(stateFigures).map(
    ([name, figure]) => `\n  ours says ${name}: ${JSON.stringify(figure)}`,
  );
  const [started, looped] = [medianOf(standings, starts), medianOf(standings, loop)];
  const bound =
    started === undefined || looped === undefined ? undefined : started + looped / 2;
  return {
    text: `${table}${told.join('')}`,
    goals: [
      atMost(
        1.4,
        'document workload: the seconds of 25 bare starts and half the loop',
        divide(base, bound),
      ),
    ],
    figures: stateFigures,
  };
}
