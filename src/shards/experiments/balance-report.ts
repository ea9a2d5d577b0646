/**
 * Experiment 4 as a reader sees it: a table, figures, and the sentences that its data say.
 */
import * as Plot from '@observablehq/plot';
import { type RoutingName, routingNames } from '../ring.ts';
import type { Spread } from './balance.ts';
import {
  type Conclusion,
  type Figure,
  judge,
  type Row,
  show,
  type Table,
} from './experiment.ts';
import { type Distribution, distributions } from './keys.ts';
import { drawDots } from './marks.ts';
import { formatNumber, formatShare, formatTimes, measuredCell } from './numbers.ts';

type Spreads = readonly Spread[];

/** The busiest process may have so much more than its share, and the load is still even. */
const evenExcess = 0.1;
/** Times that differ by less than this may be chance. */
const noticeableFactor = 1.25;

export function tabulateBalance(spreads: Spreads): readonly Table[] {
  return distributions.map((distribution) => ({
    caption: `${capitalise(distribution)} ids: messages by process; microseconds a message`,
    columns: ['rule', 'each process', 'busiest', 'split ids', 'median', '99 %'],
    rows: spreads
      .filter((spread) => spread.distribution === distribution)
      .map(
        (spread): Row => [
          spread.routing,
          spread.counts.join(' '),
          `+${formatShare(excessOf(spread))}`,
          String(spread.splitIds),
          measuredCell(spread.medianUs),
          measuredCell(spread.p99Us),
        ],
      ),
  }));
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the busiest process has beyond its share. */
function excessOf({ counts }: Spread): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return Math.max(...counts) / mean - 1;
}

function find(
  spreads: Spreads,
  routing: RoutingName,
  distribution: Distribution,
): Spread {
  const found = spreads.find(
    (spread) => spread.routing === routing && spread.distribution === distribution,
  );
  if (!found) throw new Error(`${routing} was not measured with ${distribution} ids`);
  return found;
}

export function concludeBalance(spreads: Spreads): readonly Conclusion[] {
  return [
    ...distributions.map((distribution) => describeBalance(spreads, distribution)),
    judgeConsistency(spreads),
    describeLatency(spreads),
  ];
}

function describeBalance(spreads: Spreads, distribution: Distribution): Conclusion {
  const described = routingNames.map((routing) => {
    const excess = excessOf(find(spreads, routing, distribution));
    const word = excess <= evenExcess ? 'even' : 'uneven';
    return `${routing} is ${word} (busiest process +${formatShare(excess)})`;
  });
  return show(`With ${distribution} ids, ${described.join(', ')}.`);
}

function judgeConsistency(spreads: Spreads): Conclusion {
  const splitBy = (routing: RoutingName) =>
    Math.max(...distributions.map((d) => find(spreads, routing, d).splitIds));
  const turns = distributions.map((d) => find(spreads, 'round-robin', d));
  const [split, ids] = [
    turns.reduce((sum, { splitIds }) => sum + splitIds, 0),
    turns.reduce((sum, { ids }) => sum + ids, 0),
  ];
  const consistent = (['hash', 'modulo'] as const).every((name) => splitBy(name) === 0);
  return judge(
    'Same worker_id → same process. Otherwise state gets split across processes.',
    consistent && split > 0,
    `In turns, the state of ${split} of ${ids} ids lies in several processes, none of which ` +
      `has it all; by hash of ${splitBy('hash')}, by modulo of ${splitBy('modulo')}.`,
  );
}

function describeLatency(spreads: Spreads): Conclusion {
  const even = find(spreads, 'hash', 'uniform');
  const skewed = find(spreads, 'hash', 'Zipf');
  const factor = skewed.p99Us.median / even.p99Us.median;
  const effect =
    factor >= noticeableFactor
      ? `imbalance costs time: the slowest hundredth takes ${formatTimes(factor)} times as long`
      : factor <= 1 / noticeableFactor
        ? `imbalance is not what costs time here: the slowest hundredth takes ${formatTimes(factor)} times as long`
        : 'imbalance makes no difference that can be told from chance';
  return show(
    `By hash, Zipf ids against uniform ones: ${effect} ` +
      `(${formatNumber(skewed.p99Us.median)} µs against ` +
      `${formatNumber(even.p99Us.median)} µs).`,
  );
}

export function drawBalance(spreads: Spreads): readonly Figure[] {
  return [drawCounts(spreads), drawLaps(spreads)];
}

/** A row of panels for each kind of ids. */
const panels: Plot.PlotOptions = {
  fy: { label: null, domain: distributions },
  marginRight: 100,
};

function drawCounts(spreads: Spreads): Figure {
  const bars = spreads.flatMap((spread) =>
    spread.counts.map((messages, process) => ({ ...spread, messages, process })),
  );
  return {
    title: 'Messages of each process',
    description: 'Bars for four processes, one panel for each rule and kind of ids.',
    plot: {
      ...panels,
      fx: { label: null, domain: routingNames, padding: 0.1 },
      x: { label: 'process' },
      y: { label: 'messages', grid: true, ticks: 4 },
      marks: [
        Plot.barY(bars, {
          x: 'process',
          y: 'messages',
          fx: 'routing',
          fy: 'distribution',
          fill: 'var(--series-2)',
        }),
        Plot.ruleY([0]),
      ],
    },
  };
}

function drawLaps(spreads: Spreads): Figure {
  const laps = spreads.flatMap((spread) => [
    { ...spread, what: 'median', summary: spread.medianUs },
    { ...spread, what: '99 of 100', summary: spread.p99Us },
  ]);
  return {
    title: 'From sending to having been processed (µs)',
    description: 'Dots for the median and the 99th percentile of each rule.',
    plot: {
      ...panels,
      height: 360,
      marginLeft: 130,
      marginTop: 16,
      x: { label: 'microseconds', grid: true, zero: true, ticks: 6 },
      y: { label: null, domain: routingNames },
      color: { legend: true, domain: ['median', '99 of 100'] },
      marks: drawDots(laps, { y: 'routing', fy: 'distribution', color: 'what' }),
    },
  };
}
