/**
 * Experiment 1: throughput against the number of processes, for work that takes a processor
 * and for work that takes next to nothing, beside two pools of threads; with the processor
 * time that was used, and the memory of a process.
 *
 * Source: "Process-Based Workers", "Experiment 1: Scaling with CPU Cores".
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildEnds, type Ends } from '../channels/open-channel.ts';
import type { Experiment, Run, Summary } from './experiment.ts';
import { summarise } from './numbers.ts';
import { type Memory, readProcessorSeconds } from './processes.ts';
import { concludeScaling, drawScaling, tabulateScaling } from './scaling-report.ts';
import { takeTurns } from './turns.ts';
import {
  openWorkPool,
  type WorkerName,
  type WorkPool,
  workerNames,
} from './work-pools.ts';

/** About 200 microseconds, and next to nothing. */
export const workSteps = { heavy: 100_000, light: 10 } as const;

export type Work = keyof typeof workSteps;

const processCounts = [1, 2, 4, 8, 16];
/** For a quick look: more would take longer to start than to measure. */
const quickCounts = [1, 2, 4];

export interface Throughput {
  readonly worker: WorkerName;
  readonly work: Work;
  readonly processes: number;
  readonly perSecond: Summary;
  /** Cores that were busy, with all that was going on in our processes. */
  readonly busyCores: Summary | undefined;
}

export interface Scaling {
  readonly cores: number;
  readonly throughputs: readonly Throughput[];
  /** Of a process that holds state machines. */
  readonly memory:
    | { readonly residentMiB: Summary; readonly ownMiB: Summary }
    | undefined;
  /** Pools whose package is not installed. */
  readonly absent: readonly WorkerName[];
}

export const scaling: Experiment<Scaling> = {
  number: 1,
  title: 'Throughput against processes',
  question:
    'When does another process stop helping? State machines get messages as fast as they ' +
    'take them; beside them the same work as tasks without state, called for a result.',
  measure,
  tables: tabulateScaling,
  figures: drawScaling,
  conclude: concludeScaling,
};

async function measure(run: Run): Promise<Scaling> {
  const ends = await buildEnds(join(import.meta.dirname, 'scaling-end.ts'), run.folder);
  const throughputs: Throughput[] = [];
  const memory: Memory[] = [];
  let absent: readonly WorkerName[] = [];
  const counts = run.isQuick ? quickCounts : processCounts;
  for (const [index, processes] of counts.entries()) {
    const pools = await openAll(processes, ends, run.signal);
    try {
      throughputs.push(
        ...(await measurePools(pools, processes, run, (share) =>
          run.progress(index + share, counts.length, `${processes} processes`),
        )),
      );
      memory.push(...pools.flatMap((pool) => pool.memory() ?? []));
      absent = workerNames.filter((name) => pools.every((pool) => pool.name !== name));
    } finally {
      await Promise.all(pools.map((pool) => pool.close()));
    }
  }
  return {
    cores: availableParallelism(),
    throughputs,
    memory: summariseMemory(memory),
    absent,
  };
}

function summariseMemory(memory: readonly Memory[]): Scaling['memory'] {
  if (memory.length === 0) return undefined;
  return {
    residentMiB: summarise(memory.map(({ residentMiB }) => residentMiB)),
    ownMiB: summarise(memory.map(({ ownMiB }) => ownMiB)),
  };
}

/** One after the other; what is open is closed again when one fails. */
async function openAll(
  processes: number,
  ends: Ends,
  signal: AbortSignal,
): Promise<WorkPool[]> {
  const pools: WorkPool[] = [];
  try {
    for (const name of workerNames) {
      signal.throwIfAborted();
      const pool = await openWorkPool(name, processes, ends);
      if (pool) pools.push(pool);
    }
  } catch (error) {
    await Promise.all(pools.map((pool) => pool.close()));
    throw error;
  }
  return pools;
}

async function measurePools(
  pools: readonly WorkPool[],
  processes: number,
  run: Run,
  progress: (share: number) => void,
): Promise<Throughput[]> {
  const rounds = run.isQuick ? 2 : 5;
  const ms = run.isQuick ? 20 : 200;
  const contenders = pools.flatMap((pool) =>
    (['heavy', 'light'] as const).map((work) => ({
      pool,
      work,
      rates: [] as number[],
      busy: [] as number[],
    })),
  );
  await takeTurns(contenders, rounds, async ({ pool, work, rates, busy }, round) => {
    run.signal.throwIfAborted();
    const { perSecond, busyCores } = await timeWork(pool, workSteps[work], ms);
    if (round < 0) return;
    rates.push(perSecond);
    if (busyCores !== undefined) busy.push(busyCores);
    progress(round / rounds);
  });
  return contenders.map(({ pool, work, rates, busy }) => ({
    worker: pool.name,
    work,
    processes,
    perSecond: summarise(rates),
    busyCores: busy.length > 0 ? summarise(busy) : undefined,
  }));
}

async function timeWork(pool: WorkPool, steps: number, ms: number) {
  const beginMs = performance.now();
  const usedBefore = readProcessorSeconds();
  const done = await pool.work(steps, ms);
  const seconds = (performance.now() - beginMs) / 1000;
  const usedAfter = readProcessorSeconds();
  const used =
    usedBefore === undefined || usedAfter === undefined
      ? undefined
      : usedAfter - usedBefore;
  return {
    perSecond: done / seconds,
    busyCores: used === undefined ? undefined : used / seconds,
  };
}
