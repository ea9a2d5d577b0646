/**
 * A run as a figure for the projector: a lane per worker, a bar per attempt, the barrier as a
 * thick line across all lanes; dashed where it stood before it moved. Kinds of bars differ in
 * shape as well as in colour.
 */
import { type BarKind, type LaneBar, printSeconds, type RunLanes } from './run-lanes.ts';
import { type RectOptions, Svg } from './svg.ts';

const looks: Record<BarKind, RectOptions> = {
  map: { fill: '#cfe0f3' },
  reduce: { fill: '#d3ecd0' },
  'completed, then lost': { fill: '#f6dcd5', isHatched: true, stroke: '#a3260e' },
  'lost while running': { fill: '#ffffff', stroke: '#a3260e', isDashed: true },
  backup: { fill: '#ffe9a8', isDashed: true },
  cancelled: { fill: '#efefef', stroke: '#9a9a9a' },
};

const [leftPx, topPx, lanePx, barPx, legendPx] = [130, 40, 76, 52, 80];

/** As wide as a slide; as high as there are workers. */
export function drawLanesSvg(run: RunLanes, width = 1152): string {
  const bottom = topPx + run.workers.length * lanePx;
  const svg = new Svg(width, bottom + legendPx, 'Which worker ran which task, and when');
  const x = (atMs: number) => leftPx + ((width - leftPx - 50) * atMs) / run.endMs;
  for (const [lane, worker] of run.workers.entries()) {
    const y = topPx + lane * lanePx;
    const loss = run.losses.find((one) => one.worker === worker);
    svg.text(0, y + 34, `worker ${worker}`, { isBold: true });
    const middle = y + barPx / 2;
    svg.line([leftPx, middle], [x(loss?.atMs ?? run.endMs), middle], 'lane');
    const bars = run.bars.filter((bar) => bar.worker === worker);
    for (const bar of bars) drawBar(svg, bar, x(bar.startMs), x(bar.endMs), y);
    if (!loss) continue;
    svg.cross(x(loss.atMs), middle);
    svg.text(x(loss.atMs) + 16, y + 34, 'lost');
  }
  drawBarrier(svg, run, x, bottom);
  for (const atMs of listTicks(run.endMs)) {
    svg.text(x(atMs), bottom + 22, printSeconds(atMs), {
      anchor: 'middle',
      isQuiet: true,
      size: 18,
    });
  }
  drawLegend(svg, run.bars, bottom + legendPx - 28);
  return svg.toString();
}

function drawBar(svg: Svg, bar: LaneBar, from: number, to: number, y: number): void {
  svg.rect(from + 1, y, to - from - 2, barPx, looks[bar.kind]);
  const [kind = '', index] = bar.name.split(' ');
  const isNarrow = to - from < 90;
  const name = isNarrow ? `${kind[0]}${index}` : bar.name;
  const paper = looks[bar.kind].fill;
  svg.text((from + to) / 2, y + 34, name, { anchor: 'middle', paper });
}

/** The last opening is the one that counted. */
function drawBarrier(
  svg: Svg,
  { barrier }: RunLanes,
  x: (atMs: number) => number,
  bottom: number,
): void {
  const last = barrier.findLast(({ isOpen }) => isOpen);
  for (const one of barrier) {
    const isLast = one === last;
    const at = x(one.atMs);
    svg.line([at, topPx - 10], [at, bottom], isLast ? 'barrier' : 'barrier-moved');
    const text = one.isOpen ? (isLast ? 'barrier' : 'opened') : 'closed';
    svg.text(at, topPx - 16, text, { anchor: 'middle', size: 18 });
  }
}

function listTicks(endMs: number): number[] {
  const stepMs = endMs > 12_000 ? 2000 : 1000;
  const count = Math.floor(endMs / stepMs);
  return Array.from({ length: count + 1 }, (_, i) => i * stepMs);
}

function drawLegend(svg: Svg, bars: readonly LaneBar[], y: number): void {
  const kinds = Object.keys(looks) as BarKind[];
  let x = leftPx;
  for (const kind of kinds.filter((one) => bars.some((bar) => bar.kind === one))) {
    svg.rect(x, y, 34, 22, looks[kind]);
    svg.text(x + 42, y + 18, kind, { size: 18 });
    x += 72 + kind.length * 10;
  }
}
