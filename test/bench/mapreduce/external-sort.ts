/**
 * A sort of more than memory holds: every pair goes through the shuffle, nothing can be
 * combined. What counts is what a worker holds at the most, and that the order is right.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { atMostMiB } from '../goals.ts';
import { peakColumns } from './memory.ts';
import { ourCommand, root } from './our-command.ts';
import { absent, type BenchRun, type Part } from './part.ts';
import { type Peaks, PeakWatch, peaksAbsence } from './peak-memory.ts';
import { type Entrant, formatRace } from './race.ts';
import { checkSorted, writeRecords } from './sort-records.ts';
import { runTimed } from './timed-command.ts';

const name = 'ours, 2 workers';
const sortJob = 'src/apps/sort.ts';
const limitMiB = 256;
const masterLimitMiB = 150;
const recordBytes = 100;

export function createExternalSort(run: BenchRun): Part {
  const found = new Map<string, Peaks>();
  return {
    name: 'external sort',
    entrants: [chooseEntrant(run, found)],
    countRounds: () => 1,
    isCold: true,
    report: (standings) => ({
      text: formatRace(
        `external sort, ${run.sortMegabytes || 'no'} MB of ${recordBytes} B records`,
        standings,
        peakColumns(found),
      ),
      goals: [
        atMostMiB(limitMiB, 'external sort: any worker', largestWorker(found)),
        atMostMiB(
          masterLimitMiB,
          'external sort: the master',
          found.get(name)?.masterMiB,
        ),
      ],
      figures: Object.fromEntries(found),
    }),
  };
}

function chooseEntrant(run: BenchRun, found: Map<string, Peaks>): Entrant {
  if (!existsSync(join(root, sortJob))) return absent(name, `there is no ${sortJob}`);
  if (run.sortMegabytes === 0) return absent(name, 'ask for it: --sort-megabytes 2000');
  if (peaksAbsence !== undefined) return absent(name, peaksAbsence);
  return { name, run: () => sortOnce(run, found) };
}

/** Everything as a user gets it who says nothing; of this size a partition is not in memory. */
async function sortOnce(
  { scratch, sortMegabytes, signal }: BenchRun,
  found: Map<string, Peaks>,
): Promise<number> {
  const folder = mkdtempSync(join(scratch, 'sort-'));
  const [input, output] = [join(folder, 'records.txt'), join(folder, 'output')];
  const watch = new PeakWatch();
  try {
    const records = (sortMegabytes * 1e6) / recordBytes;
    const fingerprint = await writeRecords(input, records, signal);
    const size = ['--workers', '2', '--reduce-tasks', '8'];
    const options = ['--job', 'sort', ...size, '--output', output, '--json'];
    const { seconds } = await runTimed(ourCommand(...options, input), scratch, watch);
    await checkSorted(output, fingerprint);
    found.set(name, watch.read());
    return seconds;
  } finally {
    watch.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function largestWorker(found: ReadonlyMap<string, Peaks>): number | undefined {
  const peaks = found.get(name);
  return peaks && Math.max(...peaks.workersMiB);
}
