/**
 * How long it takes until eight workers are ready, beside one start of Node that does nothing.
 * Nobody works before all are there: there is one task, and its job waits for them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atMost } from '../goals.ts';
import { median } from '../rows.ts';
import { ourCommand } from './our-command.ts';
import type { BenchRun, Part } from './part.ts';
import { divide, formatRace, medianOf, type Standing } from './race.ts';
import { runTimed } from './timed-command.ts';

const workers = 8;
const bare = 'one bare node -e 0';
const bareTogether = `${workers} bare node -e 0, at once`;
const ready = `${workers} workers are ready`;

export function createStartUp({ scratch }: BenchRun): Part {
  /** Of each round: how much of the time the master itself told of. */
  const masterSeconds: number[] = [];
  return {
    name: 'start-up',
    entrants: [
      { name: bare, run: () => startBareNode(scratch) },
      { name: bareTogether, run: () => startBareNodes(scratch) },
      {
        name: ready,
        async run() {
          const { seconds, ofMaster } = await startWorkers(scratch);
          masterSeconds.push(ofMaster);
          return seconds;
        },
      },
    ],
    // Short runs: more of them, for the same steadiness.
    countRounds: (rounds) => 2 * rounds - 1,
    report: (standings) => report(standings, masterSeconds),
  };
}

/** Resolves with seconds. */
export async function startBareNode(scratch: string): Promise<number> {
  const { seconds } = await runTimed([process.execPath, '-e', '0'], scratch);
  return seconds;
}

/** The least that so many processes take here, whatever they are for. */
async function startBareNodes(scratch: string): Promise<number> {
  const starts = Array.from({ length: workers }, () => startBareNode(scratch));
  return Math.max(...(await Promise.all(starts)));
}

/** Opens the gate when the last worker has registered; rejects where that never happens. */
async function startWorkers(scratch: string) {
  const folder = mkdtempSync(join(scratch, 'start-'));
  const [gate, input] = [join(folder, 'gate'), join(folder, 'input')];
  writeFileSync(input, 'x\n');
  const registered: { seconds: number; ofMaster: number }[] = [];
  const onLine = (line: string, seconds: number) => {
    const ofMaster = /^ *([\d.]+) s +worker \d+ registered/.exec(line)?.[1];
    if (ofMaster === undefined) return;
    registered.push({ seconds, ofMaster: Number(ofMaster) });
    if (registered.length === workers) writeFileSync(gate, '');
  };
  const output = ['--output', join(folder, 'output'), '--json'];
  const job = ['--job', 'test/bench/mapreduce/gate-job.ts', '--param', `gate=${gate}`];
  const size = ['--workers', String(workers)];
  try {
    const command = ourCommand(...job, ...size, ...output, input);
    await runTimed(command, scratch, { onLine });
    const last = registered[workers - 1];
    if (!last) throw new Error(`only ${registered.length} workers have registered`);
    return last;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(standings: readonly Standing[], masterSeconds: readonly number[]) {
  const one = medianOf(standings, bare);
  const ratio = divide(medianOf(standings, ready), one);
  const times = (seconds: number) => divide(seconds, one)?.toFixed(2) ?? '-';
  const ofMaster = median(masterSeconds);
  const note =
    ofMaster === undefined
      ? ''
      : `\n  of it since the master began, its command loaded: ${ofMaster.toFixed(2)} s`;
  const table = formatRace('start-up', standings, [{ head: 'node starts', show: times }]);
  return {
    text: `${table}${note}`,
    goals: [atMost(8, `start-up: ${ready}, in bare starts of Node`, ratio)],
    figures: { masterSeconds },
  };
}
