/**
 * Experiment 1 as a reader sees it: tables, figures, and the sentences that its data say.
 */
import * as Plot from '@observablehq/plot';
import {
  type Cell,
  type Conclusion,
  type Figure,
  judge,
  type Row,
  show,
  type Table,
} from './experiment.ts';
import { drawLines } from './marks.ts';
import {
  formatNumber,
  formatShare,
  formatTick,
  formatTimes,
  measuredCell,
} from './numbers.ts';
import type { Scaling, Throughput, Work } from './scaling.ts';
import { type WorkerName, workerNames } from './work-pools.ts';

/** So much of what as many processes could do at best still counts as linear. */
const linearShare = 0.8;
/** What brings less than this does not help. */
const helpfulGain = 1.1;

const works: readonly Work[] = ['heavy', 'light'];

export function tabulateScaling(scaling: Scaling): readonly Table[] {
  const counts = listCounts(scaling);
  const tabulate = (
    caption: string,
    work: Work,
    cellOf: (throughput: Throughput) => Cell,
  ): Table => ({
    caption,
    columns: ['processes or threads', ...counts.map(String)],
    rows: workerNames.map((worker): Row => {
      if (scaling.absent.includes(worker))
        return [`${worker} (not installed)`, ...counts.map(() => '-')];
      return [worker, ...counts.map((n) => cellOf(find(scaling, worker, work, n)))];
    }),
  });
  return works.flatMap((work) => [
    tabulate(`${describeWork(work)}: messages a second`, work, ({ perSecond }) =>
      measuredCell(perSecond),
    ),
    tabulate(`${describeWork(work)}: busy cores`, work, ({ busyCores }) =>
      busyCores ? measuredCell(busyCores) : '-',
    ),
  ]);
}

function describeWork(work: Work): string {
  return work === 'heavy' ? 'Work that takes a processor' : 'Next to no work';
}

function listCounts({ throughputs }: Scaling): number[] {
  return [...new Set(throughputs.map(({ processes }) => processes))];
}

function find(
  { throughputs }: Scaling,
  worker: WorkerName,
  work: Work,
  processes: number,
): Throughput {
  const found = throughputs.find(
    (throughput) =>
      throughput.worker === worker &&
      throughput.work === work &&
      throughput.processes === processes,
  );
  if (!found) throw new Error(`${worker} was not measured with ${processes} processes`);
  return found;
}

export function concludeScaling(scaling: Scaling): readonly Conclusion[] {
  return [
    judgeLinearity(scaling),
    describeLimit(scaling),
    describeLightWork(scaling),
    ...comparePools(scaling),
    ...judgeMemory(scaling),
  ];
}

/** How many times the throughput of one process. */
function speedUp(scaling: Scaling, work: Work, processes: number): number {
  const one = find(scaling, 'state machines', work, 1).perSecond.median;
  return find(scaling, 'state machines', work, processes).perSecond.median / one;
}

function judgeLinearity(scaling: Scaling): Conclusion {
  const { cores } = scaling;
  const counts = listCounts(scaling).filter((n) => n > 1 && n <= cores);
  const gains = counts.map((n) => ({ n, times: speedUp(scaling, 'heavy', n) }));
  const list = gains.map(({ n, times }) => `${formatTimes(times)} times with ${n}`);
  const isLinear = gains.every(({ n, times }) => times >= linearShare * n);
  const hypothesis =
    'Throughput scales linearly with number of worker processes (up to CPU core count).';
  if (gains.length === 0)
    return show(`This machine has one core: “${hypothesis}” cannot be looked at here.`);
  return judge(
    hypothesis,
    isLinear,
    `On ${cores} cores, messages that take a processor are done ${list.join(', ')} ` +
      `processes; at least ${formatShare(linearShare)} of the number counts as linear.`,
  );
}

function describeLimit(scaling: Scaling): Conclusion {
  const counts = listCounts(scaling);
  const rateOf = (n: number) =>
    find(scaling, 'state machines', 'heavy', n).perSecond.median;
  const useless = counts.find(
    (n, i) => i > 0 && rateOf(n) < helpfulGain * rateOf(counts[i - 1] as number),
  );
  if (useless === undefined)
    return show(`Up to ${counts.at(-1)} processes each step still helps.`);
  const before = counts[counts.indexOf(useless) - 1] as number;
  const change = rateOf(useless) / rateOf(before) - 1;
  const by =
    change >= 0 ? `only ${formatShare(change)} more` : `${formatShare(-change)} less`;
  return show(
    `Adding processes stops helping at ${before}: with ${useless} there is ${by} ` +
      `throughput. The machine has ${scaling.cores} cores.`,
  );
}

function describeLightWork(scaling: Scaling): Conclusion {
  const counts = listCounts(scaling);
  const most = Math.max(...counts);
  const rates = counts.map((n) => find(scaling, 'state machines', 'light', n));
  const best = rates.reduce((a, b) => (b.perSecond.median > a.perSecond.median ? b : a));
  const rate = formatNumber(best.perSecond.median);
  const gain = formatTimes(speedUp(scaling, 'light', best.processes));
  return show(
    `Messages with next to no work go at ${rate} a second at best, ` +
      (best.processes === 1
        ? `with one process: more of them, up to ${most}, do not help.`
        : `with ${best.processes} of 1 to ${most} processes: ${gain} times as many as ` +
          'with one.'),
  );
}

/** Beside the best pool of threads, with as many of each as there are cores or nearly. */
function comparePools(scaling: Scaling): Conclusion[] {
  const processes = Math.max(...listCounts(scaling).filter((n) => n <= scaling.cores));
  const peers = (['piscina', 'tinypool'] as const).filter(
    (name) => !scaling.absent.includes(name),
  );
  if (peers.length === 0) return [];
  return works.map((work) => {
    const rateOf = (name: WorkerName) =>
      find(scaling, name, work, processes).perSecond.median;
    const best = peers.reduce((a, b) => (rateOf(b) > rateOf(a) ? b : a));
    const [calls, messages] = [rateOf('calls'), rateOf('state machines')].map(
      (rate) => rate / rateOf(best),
    );
    return show(
      `${describeWork(work)}, without state, ${processes} processes: our calls reach ` +
        `${formatShare(calls as number)} of the best pool of threads (${best}, ` +
        `${formatNumber(rateOf(best))} a second); messages to state machines ` +
        `${formatShare(messages as number)}.`,
    );
  });
}

/** What the document expects of a Python interpreter, in megabytes. */
const expectedMiB = [40, 50] as const;

function judgeMemory({ memory }: Scaling): Conclusion[] {
  if (!memory) return [];
  const resident = memory.residentMiB.median;
  return [
    judge(
      'Memory per process (40-50MB per Python interpreter).',
      resident >= expectedMiB[0] && resident <= expectedMiB[1],
      `A Node process with state machines has ${formatNumber(resident)} MiB resident, of ` +
        `which it shares all but ${formatNumber(memory.ownMiB.median)} MiB with the others.`,
    ),
  ];
}

export function drawScaling(scaling: Scaling): readonly Figure[] {
  return works.map((work) => drawThroughput(scaling, work));
}

function drawThroughput({ throughputs, cores }: Scaling, work: Work): Figure {
  const rows = throughputs
    .filter((throughput) => throughput.work === work)
    .map((throughput) => ({ ...throughput, summary: throughput.perSecond }));
  return {
    title: `${describeWork(work)}: messages a second`,
    description: `Lines of throughput against the number of processes; a mark at ${cores} cores.`,
    plot: {
      x: {
        type: 'log',
        base: 2,
        label: 'processes or threads',
        ticks: [...new Set(rows.map(({ processes }) => processes))],
        tickFormat: formatTick,
      },
      y: {
        label: 'messages a second',
        grid: true,
        zero: true,
        ticks: 6,
        tickFormat: formatTick,
      },
      color: { legend: true, domain: workerNames },
      marks: [
        Plot.ruleY([0]),
        Plot.ruleX([cores], { stroke: 'currentColor', strokeDasharray: '4 6' }),
        Plot.text([cores], {
          x: (n) => n,
          text: (n) => `${n} cores`,
          frameAnchor: 'top',
          dy: -24,
        }),
        ...drawLines(rows, { x: 'processes', stroke: 'worker' }),
      ],
    },
  };
}
