/**
 * Experiment 5 as a reader sees it: tables, figures, and the sentences that its data say.
 */
import * as Plot from '@observablehq/plot';
import { logAxis } from './axes.ts';
import {
  type Conclusion,
  type Figure,
  judge,
  type Row,
  show,
  type Table,
} from './experiment.ts';
import { drawLines } from './marks.ts';
import { formatNumber, formatShare, formatTimes, measuredCell } from './numbers.ts';
import {
  type LoadedLatency,
  type PartName,
  partNames,
  type QueryLatency,
} from './query-latency.ts';

/** So many times longer is significant. */
const significantFactor = 10;

export function tabulateQueryLatency({ loads }: QueryLatency): readonly Table[] {
  return [
    {
      caption: 'Microseconds a query, by load',
      columns: ['load', 'median', '99 %', 'median, pool'],
      rows: loads.map(
        ({ load, medianUs, p99Us, poolUs }): Row => [
          formatShare(load),
          measuredCell(medianUs),
          measuredCell(p99Us),
          measuredCell(poolUs),
        ],
      ),
    },
    {
      caption: 'Where the time of a typical query goes: microseconds',
      columns: ['load', 'sender', 'wire', 'receiver', 'work', 'back'],
      rows: loads.map(
        ({ load, partsUs }): Row => [
          formatShare(load),
          ...partNames.map((name) => measuredCell(partsUs[name])),
        ],
      ),
    },
  ];
}

export function concludeQueryLatency(data: QueryLatency): readonly Conclusion[] {
  const [idle] = data.loads;
  const busy = data.loads.filter(({ load }) => load < 1).at(-1);
  const over = data.loads.find(({ load }) => load > 1);
  if (!idle || !busy) throw new Error('no load was measured');
  return [
    compareWithCall(data, idle),
    describeGrowth(idle, busy),
    show(`${describeLargest(idle, 'Of a query to an idle process')}.`),
    show(`${describeLargest(busy, `At a load of ${formatShare(busy.load)}`)}.`),
    ...(over
      ? [show(`${describeLargest(over, 'With more messages than can be done')}.`)]
      : []),
  ];
}

function compareWithCall({ callUs }: QueryLatency, idle: LoadedLatency): Conclusion {
  const factor = idle.medianUs.median / callUs.median;
  return judge(
    'Query latency increased significantly.',
    factor >= significantFactor,
    `A query to an idle process takes ${formatNumber(idle.medianUs.median)} µs, ` +
      `${formatTimes(factor)} times the same query in one process ` +
      `(${formatNumber(callUs.median)} µs).`,
  );
}

function describeGrowth(idle: LoadedLatency, busy: LoadedLatency): Conclusion {
  const factor = busy.medianUs.median / idle.medianUs.median;
  return show(
    `At a load of ${formatShare(busy.load)} half of the queries take more than ` +
      `${formatNumber(busy.medianUs.median)} µs, ${formatTimes(factor)} times as long as ` +
      `without load; one of a hundred more than ${formatNumber(busy.p99Us.median)} µs.`,
  );
}

function describeLargest({ partsUs }: LoadedLatency, when: string): string {
  const total = partNames.reduce((sum, name) => sum + partsUs[name].median, 0);
  const [first, second] = [...partNames].sort(
    (left, right) => partsUs[right].median - partsUs[left].median,
  ) as [PartName, PartName];
  const shareOf = (name: PartName) => formatShare(partsUs[name].median / total);
  return (
    `${when}, most of the time is ${sayPart(first)} (${shareOf(first)}), then ` +
    `${sayPart(second)} (${shareOf(second)})`
  );
}

function sayPart(name: PartName): string {
  return name === 'back' ? 'the way back' : `the ${name}`;
}

export function drawQueryLatency(data: QueryLatency): readonly Figure[] {
  return [drawTotals(data), drawParts(data)];
}

function drawTotals({ loads }: QueryLatency): Figure {
  const laps = loads.flatMap((loaded) => [
    { ...loaded, what: 'median', summary: loaded.medianUs },
    { ...loaded, what: '99 of 100', summary: loaded.p99Us },
    { ...loaded, what: 'median, pool', summary: loaded.poolUs },
  ]);
  return {
    title: 'A query, by load (µs, logarithmic)',
    description: 'Lines of medians and of the 99th percentile against the load.',
    plot: {
      x: {
        label: 'load (percent of what the process can do)',
        percent: true,
        ticks: loads.map(({ load }) => 100 * load),
      },
      y: logAxis(
        'microseconds',
        laps.map(({ summary }) => summary),
      ),
      color: { legend: true, domain: ['median', '99 of 100', 'median, pool'] },
      marks: drawLines(laps, { x: 'load', stroke: 'what' }),
    },
  };
}

/** Where there is more to do than can be done, the bar would be as long as one waits. */
function drawParts({ loads }: QueryLatency): Figure {
  const bearable = loads.filter(({ load }) => load < 1);
  const parts = bearable.flatMap((loaded) =>
    partNames.map((part) => ({ ...loaded, part, us: loaded.partsUs[part].median })),
  );
  return {
    title: 'Where the time of a typical query goes',
    description:
      'Stacked bars of the five parts of a query, one bar for each load below 1.',
    plot: {
      marginLeft: 100,
      marginTop: 16,
      x: { label: 'microseconds', grid: true, ticks: 8 },
      y: {
        label: 'load',
        tickFormat: formatShare,
        domain: bearable.map(({ load }) => load),
      },
      color: { legend: true, domain: partNames },
      marks: [
        Plot.barX(parts, { x: 'us', y: 'load', fill: 'part', order: [...partNames] }),
        Plot.ruleX([0]),
      ],
    },
  };
}
