/**
 * Experiment 3 as a reader sees it: tables, figures, and the sentences that its data say.
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
import type { FormatName } from './formats.ts';
import { drawDots } from './marks.ts';
import { formatNumber, formatShare, formatTimes, measuredCell } from './numbers.ts';
import type { PayloadName } from './payloads.ts';
import type { SerialisationCost } from './serialisation.ts';

type Costs = readonly SerialisationCost[];

/** What takes any object as it is, without a schema: what pickle is to Python. */
const general: readonly FormatName[] = ['JSON', 'structured clone'];

export function tabulateSerialisation(costs: Costs): readonly Table[] {
  return listPayloads(costs).map((payload) => ({
    caption: `A ${payload} payload: microseconds`,
    columns: ['format', 'bytes', 'encode', 'decode', 'whole message', 'share'],
    rows: costs
      .filter((cost) => cost.payload === payload)
      .map(
        (cost): Row => [
          cost.format,
          cost.bytes.toLocaleString('en'),
          measuredCell(cost.encodeUs),
          measuredCell(cost.decodeUs),
          measuredCell(cost.totalUs),
          formatShare(shareOf(cost)),
        ],
      ),
  }));
}

function listPayloads(costs: Costs): PayloadName[] {
  return [...new Set(costs.map(({ payload }) => payload))];
}

function serialiseUs({ encodeUs, decodeUs }: SerialisationCost): number {
  return encodeUs.median + decodeUs.median;
}

/** Encoding and decoding as a part of the whole; noise may make it more than all. */
function shareOf(cost: SerialisationCost): number {
  return Math.min(1, serialiseUs(cost) / cost.totalUs.median);
}

export function concludeSerialisation(costs: Costs): readonly Conclusion[] {
  return [judgeBottleneck(costs), ...compareFormats(costs), compareHalves(costs)];
}

/** A bottleneck takes at least half of the time. */
function judgeBottleneck(costs: Costs): Conclusion {
  const large = costs.filter(
    ({ payload, format }) => payload === 'numbers' && general.includes(format),
  );
  const simple = costs.filter(
    ({ payload, format }) => payload === 'simple' && general.includes(format),
  );
  if (large.length === 0 || simple.length === 0) throw new Error('nothing was measured');
  return judge(
    'Pickle overhead dominates for large messages.',
    large.every((cost) => shareOf(cost) >= 0.5),
    `Of the time of a message with 10,000 numbers, ${listShares(large)} is serialisation; ` +
      `of one with five simple fields ${listShares(simple)}.`,
  );
}

function listShares(costs: Costs): string {
  return costs
    .map((cost) => `${formatShare(shareOf(cost))} (${cost.format})`)
    .join(' and ');
}

/** For each payload: the cheapest and the dearest. */
function compareFormats(costs: Costs): Conclusion[] {
  return listPayloads(costs).map((payload) => {
    const sorted = costs
      .filter((cost) => cost.payload === payload)
      .sort((left, right) => serialiseUs(left) - serialiseUs(right));
    const [best, worst] = [sorted[0], sorted.at(-1)];
    if (!best || !worst) throw new Error('nothing was measured');
    return show(
      `${capitalise(payload)}: ${best.format} is the cheapest with ` +
        `${formatNumber(serialiseUs(best))} µs there and back; ${worst.format} takes ` +
        `${formatTimes(serialiseUs(worst) / serialiseUs(best))} times that.`,
    );
  });
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function compareHalves(costs: Costs): Conclusion {
  const isDearer = costs.filter(
    ({ encodeUs, decodeUs }) => decodeUs.median > encodeUs.median,
  );
  const formats = [...new Set(costs.map(({ format }) => format))].filter((format) =>
    costs.every((cost) => cost.format !== format || isDearer.includes(cost)),
  );
  const always = formats.length > 0 ? `; always with ${formats.join(', ')}` : '';
  return show(
    `Decoding takes longer than encoding in ${isDearer.length} of ${costs.length} ` +
      `cases${always}.`,
  );
}

export function drawSerialisation(costs: Costs): readonly Figure[] {
  return [drawHalves(costs), drawShares(costs)];
}

/** A panel for each payload, a line in it for each format. */
function choosePanels(costs: Costs): Plot.PlotOptions {
  return {
    height: 640,
    marginLeft: 160,
    marginRight: 160,
    marginTop: 16,
    y: { label: null, domain: [...new Set(costs.map(({ format }) => format))] },
    fy: { label: null, domain: listPayloads(costs), padding: 0.15 },
  };
}

function drawHalves(costs: Costs): Figure {
  const halves = costs.flatMap((cost) => [
    { ...cost, half: 'encode', summary: cost.encodeUs },
    { ...cost, half: 'decode', summary: cost.decodeUs },
  ]);
  return {
    title: 'Encoding and decoding (µs, logarithmic)',
    description: 'Dots for each format, one panel for each payload, with quartiles.',
    plot: {
      ...choosePanels(costs),
      x: logAxis(
        'microseconds',
        halves.map(({ summary }) => summary),
      ),
      color: { legend: true, domain: ['encode', 'decode'] },
      marks: drawDots(halves, { y: 'format', fy: 'payload', color: 'half' }),
    },
  };
}

function drawShares(costs: Costs): Figure {
  const fill = 'var(--series-2)';
  return {
    title: 'Serialisation as a part of the whole message',
    description:
      'Bars from 0 to 100 percent for each format, one panel for each payload.',
    plot: {
      ...choosePanels(costs),
      x: { label: 'percent of the time', domain: [0, 100], percent: true, grid: true },
      marks: [Plot.barX(costs, { y: 'format', fy: 'payload', x: shareOf, fill })],
    },
  };
}
