/**
 * What master and workers hold at the most while they count the whole corpus. Runs apart from
 * what is timed: looking at a process costs a little.
 */
import { atMostMiB } from '../goals.ts';
import { countWords, runAndCheck } from './our-command.ts';
import type { BenchRun, Part } from './part.ts';
import { type Peaks, PeakWatch, peaksAbsence } from './peak-memory.ts';
import { type Entrant, formatRace, type Standing } from './race.ts';

const masterLimitMiB = 150;

export function createMemory(run: BenchRun): Part {
  const found = new Map<string, Peaks>();
  const entrant = (workers: number): Entrant => {
    const name = `${workers} workers`;
    return {
      name,
      absence: peaksAbsence,
      async run() {
        const { finished, peaks } = await measurePeaks(run, workers);
        found.set(name, peaks);
        return finished.seconds;
      },
    };
  };
  return {
    name: 'memory',
    entrants: [entrant(2), entrant(8)],
    countRounds: () => 1,
    isCold: true,
    report: (standings) => report(run, standings, found),
  };
}

async function measurePeaks(run: BenchRun, workers: number) {
  const watch = new PeakWatch();
  try {
    const listCommand = (output: string) => countWords(run, output, { workers });
    const finished = await runAndCheck(run, listCommand, 'pairs', watch);
    return { finished, peaks: watch.read() };
  } finally {
    watch.stop();
  }
}

function report(
  { megabytes }: BenchRun,
  standings: readonly Standing[],
  found: ReadonlyMap<string, Peaks>,
) {
  const title = `memory at the most, word count, ${megabytes} MB`;
  return {
    text: formatRace(title, standings, peakColumns(found)),
    goals: standings.map(({ name }) =>
      atMostMiB(
        masterLimitMiB,
        `memory: the master of ${name}`,
        found.get(name)?.masterMiB,
      ),
    ),
    figures: Object.fromEntries(found),
  };
}

/** The master's peak and that of the largest worker. */
export function peakColumns(found: ReadonlyMap<string, Peaks>) {
  const show =
    (choose: (peaks: Peaks) => number) =>
    (_: number, { name }: Standing) => {
      const peaks = found.get(name);
      return peaks === undefined ? '-' : `${choose(peaks).toFixed(0)} MiB`;
    };
  return [
    { head: 'master', show: show(({ masterMiB }) => masterMiB) },
    { head: 'any worker', show: show(({ workersMiB }) => Math.max(...workersMiB)) },
  ];
}
