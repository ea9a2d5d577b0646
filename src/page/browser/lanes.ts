/**
 * The picture of the run: a lane per worker, a bar per attempt, and the barrier. What has
 * become of an attempt shows in a bar's outline, pattern and mark, and not in its colour alone.
 */
import { html, nothing, svg } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { formatMs } from '../moments.ts';
import type { Bar, Lane, RunModel } from '../run-model.ts';
import {
  type PlacedBarrier,
  placeBarriers,
  viewBarrier,
  viewMove,
} from './barrier-marks.ts';
import type { Scale } from './scale.ts';
import { stripHeight, viewStrip, viewStripes } from './stage-strip.ts';

/** Bars of the picture, as texts for its styles. */
export function classOf({ fate, isBackup }: Bar): string {
  return `${fate.replaceAll(' ', '-')}${isBackup ? ' backup' : ''}`;
}

const axisHeight = 30;
const inset = 5;

/** `width` is what there is to draw on, in pixels. */
export function viewLanes(run: RunModel, nowMs: number, scale: Scale) {
  const { laneHeight, width } = scale;
  const lanes = [...run.lanes.values()].sort((a, b) => a.worker - b.worker);
  const rows = new Map(lanes.map(({ worker }, row) => [worker, row]));
  const height = lanes.length * laneHeight + axisHeight;
  const isStaged = run.jobs.length > 1;
  const top = isStaged ? stripHeight : 0;
  const barriers = placeBarriers(run, nowMs, scale);
  return html`<svg class="picture" width=${width} height=${height + top} role="img"
    aria-label=${describe(run, lanes)}>
    ${patterns}
    ${isStaged ? viewStrip(run, nowMs, scale, height + top - axisHeight) : nothing}
    <g transform="translate(0 ${top})">
      ${lanes.map((lane, row) => viewLane(lane, row, nowMs, scale))}
      ${run.bars.map((bar) => viewBarOnce(bar, rows.get(bar.worker) as number, nowMs, scale))}
      ${viewAxis(scale, height, barriers)}
      ${barriers.map((mark) => viewBarrier(mark, height - axisHeight))}
      ${viewMove(run, barriers.at(-1), scale)}
      ${viewNow(nowMs, scale, height)}
    </g>
  </svg>`;
}

/** For who does not see it: what everybody does. */
function describe(run: RunModel, lanes: readonly Lane[]): string {
  const parts = lanes.map(({ worker, state, bar }) => {
    const does = bar ? `runs ${bar.task.kind} ${bar.task.index}` : `is ${state}`;
    return `worker ${worker} ${does}`;
  });
  const { barrier } = run.stage;
  const of = run.jobs.length > 1 ? ` of stage ${run.stage.number}` : '';
  const told = barrier
    ? `the barrier${of} opened at ${formatMs(barrier.openMs)}`
    : `the barrier${of} is closed`;
  return `${parts.join(', ')}; ${told}`;
}

const patterns = svg`<defs>
  <pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect class="ground" width="9" height="9"/><rect class="line" width="3.5" height="9"/>
  </pattern>
  <pattern id="dots" width="8" height="8" patternUnits="userSpaceOnUse">
    <rect class="ground" width="8" height="8"/><circle class="line" cx="4" cy="4" r="1.6"/>
  </pattern>
  <pattern id="gone" width="12" height="12" patternUnits="userSpaceOnUse">
    <path class="line" d="M2 2 10 10M10 2 2 10"/>
  </pattern>
</defs>`;

function viewLane(lane: Lane, row: number, nowMs: number, scale: Scale) {
  const { laneHeight, width } = scale;
  const y = row * laneHeight;
  const lostX = lane.lostMs === undefined ? undefined : scale.x(lane.lostMs);
  return svg`<line class="rule" x1="0" x2=${width} y1=${y + laneHeight} y2=${y + laneHeight}/>
    ${
      lostX === undefined
        ? nothing
        : svg`<rect class="lost-lane" x=${lostX} y=${y + inset} height=${laneHeight - 2 * inset}
            width=${Math.max(scale.x(nowMs) - lostX, 0)}/>`
    }`;
}

/** Thousands of bars have ended, and look as they did. */
function viewBarOnce(bar: Bar, row: number, nowMs: number, scale: Scale) {
  const { attempt, fate, endMs } = bar;
  const { laneHeight, width, domainMs } = scale;
  const what = [attempt, fate, endMs ?? nowMs, row, laneHeight, width, domainMs];
  return guard(what, () => viewBar(bar, row, nowMs, scale));
}

/** `M3`; of a later stage `2·M3`, as far as there is room. */
function nameBar({ task, stage }: Bar, width: number) {
  const name = `${task.kind === 'map' ? 'M' : 'R'}${task.index}`;
  const names = stage > 1 ? [`${stage}·${name}`, name] : [name];
  return names.find(({ length }) => width > 12 * length + 4);
}

function viewBar(bar: Bar, row: number, nowMs: number, scale: Scale) {
  const { laneHeight } = scale;
  const x = scale.x(bar.startMs);
  const end = scale.x(bar.endMs ?? nowMs);
  const width = Math.max(end - x - 1, 2);
  const top = row * laneHeight + inset;
  const height = laneHeight - 2 * inset;
  const label = height >= 20 ? nameBar(bar, width) : undefined;
  return svg`<g class="bar ${bar.task.kind} ${classOf(bar)}">
    <rect x=${x} y=${top} width=${width} height=${height} rx=${bar.task.kind === 'map' ? 3 : height / 3}/>
    ${viewStripes('bar-stripe', bar.stage, x, top, width, height)}
    ${label ? svg`<text x=${x + width / 2} y=${top + height / 2}>${label}</text>` : nothing}
    ${viewMark(bar, end, top, height)}
  </g>`;
}

/** What must be seen even in a bar of two pixels. */
function viewMark({ fate }: Bar, x: number, top: number, height: number) {
  if (fate === 'killed' || fate === 'lost') {
    const r = Math.min(height / 2, 13);
    const y = top + height / 2;
    return svg`<path class="cross" d="M${x - r} ${y - r} L${x + r} ${y + r} M${x + r} ${y - r} L${x - r} ${y + r}"/>`;
  }
  if (fate === 'failed' || fate === 'input missing')
    return svg`<path class="flag" d="M${x} ${top} v${height} l-9 ${-height / 2} z"/>`;
  return nothing;
}

/** A time has its text where no barrier has its name. */
function viewAxis(scale: Scale, height: number, barriers: readonly PlacedBarrier[]) {
  const y = height - axisHeight;
  return scale.ticks.map((ms) => {
    const x = scale.x(ms);
    const isFree = barriers.every(({ from, to }) => x + 32 < from || x - 32 > to);
    const text = svg`<text x=${x} y=${y + 24} text-anchor=${ms === 0 ? 'start' : x > scale.width - 30 ? 'end' : 'middle'}>${
      ms === 0 ? '0' : formatMs(ms)
    }</text>`;
    return svg`<g class="tick"><line x1=${x} x2=${x} y1=${y} y2=${y + 6}/>${
      isFree ? text : nothing
    }</g>`;
  });
}

function viewNow(nowMs: number, scale: Scale, height: number) {
  const x = scale.x(nowMs);
  return svg`<line class="now" x1=${x} x2=${x} y1="0" y2=${height - axisHeight}/>`;
}
