/**
 * The lineage of a run as a figure: which task reads what which task has made, and what has to
 * be made again after a loss. Two drawings of one thing: Mermaid for GitHub, SVG for the
 * projector.
 *
 * Source: slides, "Mapreduce: What could go wrong?", data lineage.
 */
import type { StreamEntry, TaskKind } from '../mapreduce/events.ts';
import { type Point, type RectOptions, Svg } from './svg.ts';

/** What a loss means for a task. */
type Fate = 'stays' | 'runs' | 'again' | 'waits';

interface Lineage {
  readonly maps: readonly Fate[];
  readonly reduces: readonly Fate[];
}

const looks: Record<Fate, RectOptions> = {
  stays: { fill: '#d3ecd0' },
  runs: { fill: '#ffffff' },
  again: { fill: '#f6dcd5', isHatched: true, stroke: '#a3260e' },
  waits: { fill: '#ffffff', isDashed: true },
};

const words: Record<Fate, string> = {
  stays: 'stays as it is',
  runs: 'runs on',
  again: 'is executed again',
  waits: 'is still to run',
};

/** How the tasks stand just after the first loss. */
export function readLineage(
  entries: readonly StreamEntry[],
  maps: number,
  reduces: number,
): Lineage {
  const fates = new Map<string, Fate>();
  for (const entry of entries) {
    if (entry.type === 'start-attempt') fates.set(nameOf(entry.task), 'runs');
    if (entry.type === 'accept') fates.set(nameOf(entry.task), 'stays');
    if (entry.type !== 'worker-lost') continue;
    for (const { task } of entry.requeued) fates.set(nameOf(task), 'again');
    break;
  }
  const list = (kind: TaskKind, count: number) =>
    Array.from(
      { length: count },
      (_, index) => fates.get(`${kind} ${index}`) ?? ('waits' as const),
    );
  return { maps: list('map', maps), reduces: list('reduce', reduces) };
}

/** A `flowchart` from left to right. */
export function drawLineageMermaid({ maps, reduces }: Lineage): string {
  const node = (kind: TaskKind, fate: Fate, index: number) =>
    `${kind}${index}["${kind} ${index}: ${words[fate]}"]:::${fate}`;
  return [
    'flowchart LR',
    ...maps.map(
      (fate, index) => `  split${index}(split ${index}) --> ${node('map', fate, index)}`,
    ),
    ...reduces.map((fate, index) => `  ${node('reduce', fate, index)}`),
    ...maps.flatMap((_, map) =>
      reduces.map((_fate, reduce) => `  map${map} --> reduce${reduce}`),
    ),
    '  classDef again stroke:#a3260e,stroke-width:3px',
    '  classDef waits stroke-dasharray:5 4',
  ].join('\n');
}

/** Three columns: splits, map tasks, reduce tasks. */
export function drawLineageSvg({ maps, reduces }: Lineage, width = 1152): string {
  const rowPx = 78;
  const height = Math.max(maps.length, reduces.length) * rowPx + 10;
  const svg = new Svg(width, height, 'Which task reads what which task has made');
  const place = (count: number, index: number) =>
    (height / count) * (index + 0.5) - boxHeight / 2;
  const mapAt = (index: number): Point => [330, place(maps.length, index)];
  const reduceAt = (index: number): Point => [820, place(reduces.length, index)];
  for (const [map] of maps.entries()) {
    const [x, y] = mapAt(map);
    svg.text(0, y + 34, `split ${map}`);
    svg.line([90, y + boxHeight / 2], [x, y + boxHeight / 2], 'edge');
    for (const [reduce] of reduces.entries()) {
      const [toX, toY] = reduceAt(reduce);
      svg.line([x + boxWidth, y + boxHeight / 2], [toX, toY + boxHeight / 2], 'edge');
    }
  }
  for (const [map, fate] of maps.entries()) drawTask(svg, 'map', map, fate, mapAt(map));
  for (const [reduce, fate] of reduces.entries()) {
    drawTask(svg, 'reduce', reduce, fate, reduceAt(reduce));
  }
  return svg.toString();
}

const [boxWidth, boxHeight] = [300, 54];

function drawTask(svg: Svg, kind: TaskKind, index: number, fate: Fate, [x, y]: Point) {
  svg.rect(x, y, boxWidth, boxHeight, looks[fate]);
  svg.text(x + boxWidth / 2, y + 34, `${kind} ${index} ${words[fate]}`, {
    anchor: 'middle',
    paper: looks[fate].fill,
  });
}

function nameOf({ kind, index }: { kind: TaskKind; index: number }): string {
  return `${kind} ${index}`;
}
