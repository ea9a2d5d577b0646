/**
 * What faults cost: one of eight workers killed half-way, and one that is ten times slower than
 * the others, with backup tasks and without. Every answer is checked, and that the fault
 * happened.
 *
 * Source: OSDI '04, section 5.4 (no backup tasks: 44 % longer) and 5.5 (200 of 1746 workers
 * killed: 5 % longer).
 */
import { countWords, runAndCheck } from './our-command.ts';
import { absent, type BenchRun, hasOption, type Part } from './part.ts';
import { divide, type Entrant, formatRace, medianOf, type Standing } from './race.ts';

const workers = 8;
const none = `${workers} workers, no fault`;
const killed = 'one killed half-way';
const withBackup = 'one straggler, backup tasks';
const withoutBackup = 'one straggler, no backup tasks';
const slow = ['--slow-worker', '2'];

/** What the run said of itself with `--json`, as far as it matters here. */
interface Summary {
  readonly lostWorkers: readonly number[];
}

export function createFaults(run: BenchRun): Part {
  const needs = (name: string, options: readonly string[]): Entrant => {
    const missing = options.filter(
      (option) => option.startsWith('--') && !hasOption(run, option),
    );
    if (missing.length === 0) return countFaultily(run, name, options);
    return absent(name, `there is no option ${missing.join(', ')}`);
  };
  return {
    name: 'faults',
    entrants: [
      needs(none, []),
      needs(killed, ['--kill-worker', '2']),
      needs(withBackup, slow),
      needs(withoutBackup, [...slow, '--no-backup']),
    ],
    report,
  };
}

/** A map task is a file: each worker gets two, and the doomed one is lost in its second. */
function countFaultily(run: BenchRun, name: string, options: readonly string[]): Entrant {
  return {
    name,
    async run() {
      const listCommand = (output: string) =>
        countWords(run, output, { workers }, '--split-size', '1024M', ...options);
      const { seconds, stdout } = await runAndCheck(run, listCommand, 'pairs');
      const { lostWorkers } = JSON.parse(stdout) as Summary;
      const expected = name === killed ? 1 : 0;
      if (lostWorkers.length === expected) return seconds;
      throw new Error(`${lostWorkers.length} workers were lost, not ${expected}`);
    },
  };
}

function report(standings: readonly Standing[]) {
  const base = medianOf(standings, none);
  const cost = (seconds: number | undefined, of: number | undefined) =>
    formatCost(divide(seconds, of));
  const table = formatRace('faults, a map task is a file', standings, [
    { head: 'cost', show: (seconds) => cost(seconds, base) },
    { head: "the paper's", show: (_, { name }) => (name === killed ? '+5 %' : '') },
  ]);
  const spared = cost(
    medianOf(standings, withoutBackup),
    medianOf(standings, withBackup),
  );
  return {
    text: `${table}\n  no backup tasks, beside the run with them: ${spared} (the paper's: +44 %)`,
    goals: [],
  };
}

function formatCost(ratio: number | undefined): string {
  if (ratio === undefined) return 'not run';
  const percent = Math.round((ratio - 1) * 100);
  return `${percent < 0 ? '' : '+'}${percent} %`;
}
