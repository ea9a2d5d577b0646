/**
 * The picture of the calls: a lifeline for each party, and in each row an arrow. How a call has
 * ended shows in an arrow's line, head and mark, and not in its colour alone.
 */
import { html, nothing, svg } from 'lit-html';
import type { Strip } from '../call-layout.ts';
import { formatTook, nameMethod } from '../call-words.ts';

/** How large everything is, in pixels. */
export interface Picture {
  readonly width: number;
  readonly rowHeight: number;
  /** From one lifeline to the next. */
  readonly gap: number;
  readonly columns: number;
}

const headsHeight = 34;
const busyWidth = 10;

/** For a page of that width. */
export function choosePicture(pageWidth: number, columns: number): Picture {
  const isNarrow = pageWidth < 700;
  const [wish, share] = isNarrow ? [56, 0.45] : [165, 0.55];
  const width = Math.round(Math.min(columns * wish, pageWidth * share));
  return { width, rowHeight: isNarrow ? 62 : 44, gap: width / columns, columns };
}

function xOf(column: number, { gap }: Picture): number {
  return gap * (column + 0.5);
}

/** The names over the lifelines; those who hear the page hear them in each row. */
export function viewHeads(parties: readonly string[], picture: Picture) {
  const { gap, width } = picture;
  const isShort = parties.some((name) => name.length * 10.5 > gap - 6);
  return html`<div class="heads" aria-hidden="true"><span class="time"></span>
    <svg width=${width} height=${headsHeight}>${parties.map(
      (name, column) =>
        svg`<text x=${xOf(column, picture)} y="22">${isShort ? shorten(name) : name}</text>`,
    )}</svg></div>`;
}

/** `W12` for worker 12. */
function shorten(name: string): string {
  return `${name.charAt(0).toUpperCase()}${/\d+$/.exec(name)?.[0] ?? ''}`;
}

/** Few elements: there are hundreds of strips. */
export function viewStrip(strip: Strip, picture: Picture) {
  const { width, rowHeight } = picture;
  const y = rowHeight / 2 + 6;
  const busy = [
    ...strip.above.map((column) => ({ column, top: 0, bottom: y })),
    ...strip.below.map((column) => ({ column, top: y, bottom: rowHeight })),
  ];
  return html`<svg class="strip" width=${width} height=${rowHeight} aria-hidden="true">
    <path class="life" d=${drawLifelines(picture, rowHeight)}/>
    ${busy.length > 0 ? viewBusy(busy, picture, drawEdge(strip, y, picture)) : nothing}
    ${viewArrow(strip, y, picture)}
  </svg>`;
}

function drawLifelines(picture: Picture, height: number): string {
  const columns = Array.from({ length: picture.columns }, (_, column) => column);
  return columns.map((column) => `M${xOf(column, picture)} 0 v${height}`).join(' ');
}

interface Stretch {
  readonly column: number;
  readonly top: number;
  readonly bottom: number;
}

/** Without ends, since it goes on in the rows above and below, but for `edge`. */
function viewBusy(stretches: readonly Stretch[], picture: Picture, edge = '') {
  const parts = stretches.map(({ column, top, bottom }) => {
    const left = xOf(column, picture) - busyWidth / 2;
    const height = bottom - top;
    const right = `m${busyWidth} ${-height}`;
    return {
      ground: `M${left} ${top} h${busyWidth} v${height} h${-busyWidth} z`,
      sides: `M${left} ${top} v${height} ${right} v${height}`,
    };
  });
  const ground = parts.map((part) => part.ground).join(' ');
  const sides = parts.map((part) => part.sides).join(' ');
  return svg`<path class="busy" d=${ground}/><path class="busy-side" d="${sides} ${edge}"/>`;
}

/** Where whoever is called begins to be busy, or ends. */
function drawEdge({ row, from, to, above, below }: Strip, y: number, picture: Picture) {
  const called = row.entry.type === 'request' ? to : from;
  if (above.includes(called) === below.includes(called)) return '';
  return `M${xOf(called, picture) - busyWidth / 2} ${y} h${busyWidth}`;
}

/** Below the last row: who is busy still. */
export function viewTail(busy: readonly number[], picture: Picture) {
  const stretches = busy.map((column) => ({ column, top: 0, bottom: 22 }));
  return html`<div class="tail" aria-hidden="true"><span class="time"></span>
    <svg width=${picture.width} height="26"><path class="life" d=${drawLifelines(picture, 26)}/>
      <g class="open">${viewBusy(stretches, picture)}</g></svg></div>`;
}

function viewArrow({ row, from, to }: Strip, y: number, picture: Picture) {
  const { type } = row.entry;
  if (from === to)
    return svg`<circle class=${type} cx=${xOf(from, picture)} cy=${y} r="7"/>`;
  const sign = to > from ? 1 : -1;
  const start = xOf(from, picture) + sign * (busyWidth / 2);
  const end = xOf(to, picture) - sign * (busyWidth / 2);
  // It gets nowhere: not even near to another lifeline.
  const stop =
    type === 'silence' ? start + sign * (picture.gap * 0.5 - busyWidth / 2) : end;
  return svg`<g class="arrow ${type}">
    <path class="line" d="M${start} ${y} H${type === 'request' ? stop - sign * 8 : stop}"/>
    ${viewHead(type, stop, y, sign)}
    ${type === 'error' ? svg`<path class="mark" d="M${start} ${y - 9} l9 9 l-9 9 l-9 -9 z"/>` : nothing}
    ${viewLabel(row, type === 'silence' ? stop : (start + end) / 2, y, Math.abs(end - start))}
  </g>`;
}

function viewHead(
  type: Strip['row']['entry']['type'],
  x: number,
  y: number,
  sign: number,
) {
  if (type === 'silence')
    return svg`<path class="cross" d="M${x - 8} ${y - 8} l16 16 M${x + 8} ${y - 8} l-16 16"/>`;
  const back = x - sign * 11;
  const corners = `M${back} ${y - 6} L${x} ${y} L${back} ${y + 6}`;
  return svg`<path class="head" d=${type === 'request' ? `${corners} z` : corners}/>`;
}

function viewLabel({ call, entry }: Strip['row'], x: number, y: number, room: number) {
  const { request } = call;
  const text =
    entry.type === 'request'
      ? nameMethod(request.method)
      : formatTook(entry.atMs - request.atMs);
  if (text.length * 9.5 > room - 24) return nothing;
  // The cross stands in the middle.
  const lift = entry.type === 'silence' ? 13 : 8;
  return svg`<text x=${x} y=${y - lift}>${text}</text>`;
}

const kinds = [
  { type: 'request', name: 'request' },
  { type: 'reply', name: 'reply' },
  { type: 'error', name: 'error: the method failed, or never ran' },
  { type: 'silence', name: 'no reply: it may have run' },
] as const;

/** What the arrows mean, in the arrows' own looks. */
export function viewCallLegend() {
  return html`<ul class="legend call-legend" aria-label="Legend">${kinds.map(
    ({ type, name }) =>
      html`<li><svg width="52" height="22" aria-hidden="true"><g class="arrow ${type}">
        <path class="line" d="M10 11 H${type === 'silence' ? 30 : 42}"/>
        ${viewHead(type, type === 'silence' ? 32 : 48, 11, 1)}
        ${type === 'error' ? svg`<path class="mark" d="M10 2 l9 9 l-9 9 l-9 -9 z"/>` : nothing}
      </g></svg>${name}</li>`,
  )}
    <li><svg width="14" height="22" aria-hidden="true"><rect class="busy" x="2" y="1" width="10"
      height="20"/><path class="busy-side" d="M2 1 V21 M12 1 V21"/></svg>under way</li></ul>`;
}
