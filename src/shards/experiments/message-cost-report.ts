/**
 * Experiment 2 as a reader sees it: tables, figures, and the sentences that its data say.
 */
import type { PlotOptions } from '@observablehq/plot';
import { logAxis } from './axes.ts';
import { type Conclusion, type Figure, judge, show, type Table } from './experiment.ts';
import { drawLines } from './marks.ts';
import type { MessageCost, Way } from './message-cost.ts';
import { formatBytes, formatNumber, formatTimes, measuredCell } from './numbers.ts';

type Costs = readonly MessageCost[];

/** Ways to another process: what the document calls inter-process communication. */
const isToProcess = (way: Way) => /^(ipc|unix|tcp)-/.test(way);

/** A process costs at least so many times a function call: that is significant. */
const significantFactor = 10;

export function tabulateMessageCost(costs: Costs): readonly Table[] {
  const sizes = [...new Set(costs.map(({ bytes }) => bytes))];
  const tabulate = (kind: 'aloneUs' | 'togetherUs', caption: string): Table => ({
    caption,
    columns: ['channel', ...sizes.map(formatBytes)],
    rows: [...new Set(costs.map(({ way }) => way))].map((way) => [
      way,
      ...sizes.map((bytes) => measuredCell(find(costs, way, bytes)[kind])),
    ]),
  });
  return [
    tabulate('aloneUs', 'One message at a time: microseconds until its answer'),
    tabulate('togetherUs', 'Many under way at once: microseconds a message'),
  ];
}

function find(costs: Costs, way: Way, bytes: number): MessageCost {
  const found = costs.find((cost) => cost.way === way && cost.bytes === bytes);
  if (!found) throw new Error(`${way} was not measured with ${bytes} bytes`);
  return found;
}

export function concludeMessageCost(costs: Costs): readonly Conclusion[] {
  const sizes = costs.map(({ bytes }) => bytes);
  const [small, large] = [Math.min(...sizes), Math.max(...sizes)];
  return [
    compareWithCall(costs, small),
    compareSizes(costs, small, large),
    compareSharedMemory(costs, small, large),
  ];
}

function compareWithCall(costs: Costs, bytes: number): Conclusion {
  const call = find(costs, 'function-call', bytes).aloneUs.median;
  const cheapest = findCheapest(costs, bytes, isToProcess);
  const factor = cheapest.aloneUs.median / call;
  return judge(
    'Queue-based IPC has significant overhead.',
    factor >= significantFactor,
    `A message of ${formatBytes(bytes)} to another process takes at least ` +
      `${formatNumber(cheapest.aloneUs.median)} µs (${cheapest.way}), ${formatTimes(factor)} ` +
      `times a function call (${formatNumber(call)} µs); with many under way the cheapest ` +
      `${describeCheapestTogether(costs, bytes)}.`,
  );
}

function describeCheapestTogether(costs: Costs, bytes: number): string {
  const cheapest = findCheapest(costs, bytes, isToProcess, 'togetherUs');
  return `costs ${formatNumber(cheapest.togetherUs.median)} µs (${cheapest.way})`;
}

function findCheapest(
  costs: Costs,
  bytes: number,
  isAsked: (way: Way) => boolean,
  kind: 'aloneUs' | 'togetherUs' = 'aloneUs',
): MessageCost {
  const asked = costs.filter((cost) => cost.bytes === bytes && isAsked(cost.way));
  return asked.reduce((best, cost) =>
    cost[kind].median < best[kind].median ? cost : best,
  );
}

/** Size matters when a thousand times the bytes costs at least ten times as much. */
function compareSizes(costs: Costs, small: number, large: number): Conclusion {
  const factors = [...new Set(costs.map(({ way }) => way))]
    .filter(isToProcess)
    .map((way) => ({
      way,
      factor:
        find(costs, way, large).aloneUs.median / find(costs, way, small).aloneUs.median,
    }))
    .sort((left, right) => left.factor - right.factor);
  const [least, most] = [factors[0], factors.at(-1)];
  if (!least || !most) throw new Error('no way to another process was measured');
  return judge(
    'Message size matters a lot.',
    least.factor >= significantFactor,
    `From ${formatBytes(small)} to ${formatBytes(large)} a message to another process grows ` +
      `${formatTimes(least.factor)} times dearer (${least.way}) to ` +
      `${formatTimes(most.factor)} times (${most.way}), for ` +
      `${formatNumber(Math.round(large / small))} times the bytes.`,
  );
}

function compareSharedMemory(costs: Costs, small: number, large: number): Conclusion {
  const compare = (bytes: number) => {
    const shared = find(costs, 'shared-memory', bytes).aloneUs.median;
    const thread = find(costs, 'thread', bytes).aloneUs.median;
    const other = findCheapest(costs, bytes, isToProcess);
    return (
      `with ${formatBytes(bytes)} it takes ${formatNumber(shared)} µs, a thread reached by ` +
      `postMessage ${formatNumber(thread)} µs, the quickest process ` +
      `${formatNumber(other.aloneUs.median)} µs (${other.way})`
    );
  };
  return show(`Shared memory between threads: ${compare(small)}; ${compare(large)}.`);
}

/** Few enough lines to be told apart from the back row. */
const mainWays: readonly Way[] = [
  'function-call',
  'in-process',
  'shared-memory',
  'thread',
  'ipc-json',
  'ipc-advanced',
  'unix-framed-json',
  'tcp-framed-json',
];

export function drawMessageCost(costs: Costs): readonly Figure[] {
  const alone = costs.map((cost) => ({ ...cost, summary: cost.aloneUs }));
  const main = alone.filter(({ way }) => mainWays.includes(way));
  const ours = alone
    .filter(({ way }) => /^(unix|tcp)-/.test(way))
    .map((cost) => ({
      ...cost,
      socket: cost.way.startsWith('unix') ? 'unix socket' : 'TCP',
      codec: cost.way.slice(cost.way.indexOf('-') + 1),
    }));
  return [
    {
      title: 'A message alone, by size',
      description:
        'Lines of time against message size, both logarithmic, one for each way.',
      plot: {
        ...chooseAxes(main),
        color: { domain: mainWays, legend: true },
        marks: drawLines(main, { x: 'bytes', stroke: 'way' }),
      },
    },
    {
      title: 'Our RPC layer alone, by codec',
      description:
        'The same for each codec, over unix sockets and over TCP side by side.',
      plot: {
        ...chooseAxes(ours),
        fx: { label: null, padding: 0.2, domain: ['unix socket', 'TCP'] },
        color: { legend: true },
        marks: drawLines(ours, { x: 'bytes', stroke: 'codec', fx: 'socket' }),
      },
    },
  ];
}

function chooseAxes(costs: Costs): PlotOptions {
  return {
    x: {
      type: 'log',
      label: 'message size',
      ticks: [...new Set(costs.map(({ bytes }) => bytes))],
      tickFormat: formatBytes,
    },
    y: logAxis(
      'microseconds',
      costs.map(({ aloneUs }) => aloneUs),
    ),
  };
}
