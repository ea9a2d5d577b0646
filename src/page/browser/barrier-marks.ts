/**
 * The barriers in the picture: a line where one is, was or is expected, its name, and an arrow
 * for the one that has moved.
 */
import { nothing, svg } from 'lit-html';
import { expectBarrier } from '../barrier.ts';
import { formatMs } from '../moments.ts';
import type { RunModel } from '../run-model.ts';
import type { Scale } from './scale.ts';

interface Mark {
  readonly atMs: number;
  readonly state: 'open' | 'was-open' | 'expected';
  /** Undefined: the run has one. */
  readonly stage: number | undefined;
}

/** Where its line and its name are; the name stands left where there is no room. */
export interface PlacedBarrier {
  readonly mark: Mark;
  readonly x: number;
  readonly isLeft: boolean;
  /** What the name takes of the axis. */
  readonly from: number;
  readonly to: number;
}

/** That of the stage which runs comes last. */
export function placeBarriers(run: RunModel, nowMs: number, scale: Scale) {
  const placed: PlacedBarrier[] = [];
  for (const mark of listBarriers(run, nowMs).reverse()) {
    const x = Math.min(scale.x(mark.atMs), scale.width - 2);
    placed.unshift({ mark, x, ...placeName(mark, x, scale, placed) });
  }
  return placed;
}

/** Wherever the barrier was, is, or is expected. */
function listBarriers(run: RunModel, nowMs: number): Mark[] {
  const others = run.stages.filter((stage) => stage !== run.stage);
  const isStaged = run.jobs.length > 1;
  const marks = [...others, run.stage].flatMap(({ number, barriers }) =>
    barriers.map(({ openMs: atMs, closeMs }): Mark => {
      const state = closeMs === undefined ? 'open' : 'was-open';
      return { atMs, state, stage: isStaged ? number : undefined };
    }),
  );
  const atMs = expectBarrier(run, nowMs);
  const stage = isStaged ? run.stage.number : undefined;
  return atMs === undefined ? marks : [...marks, { atMs, state: 'expected', stage }];
}

function nameBarrier({ atMs, state, stage }: Mark): string {
  const name = stage === undefined ? 'barrier' : `barrier ${stage}`;
  if (state === 'expected') return `${name} about ${formatMs(atMs)}`;
  return state === 'open' ? name : 'was open';
}

/** Of several stages there are many names: one for which there is no room is left out. */
function placeName(mark: Mark, x: number, scale: Scale, others: PlacedBarrier[]) {
  const width = 11 * nameBarrier(mark).length;
  const right = { isLeft: false, from: x, to: x + width };
  const left = { isLeft: true, from: x - width, to: x };
  const fits = right.to <= scale.width;
  if (mark.stage === undefined) return fits ? right : left;
  const isFree = ({ from, to }: typeof right) =>
    from >= 0 && others.every((one) => to <= one.from || from >= one.to);
  const free = [...(fits ? [right] : []), left].find(isFree);
  return free ?? { isLeft: false, from: x, to: x };
}

export function viewBarrier(
  { mark, x, isLeft, from, to }: PlacedBarrier,
  height: number,
) {
  return svg`<g class="barrier ${mark.state}" data-at=${Math.round(mark.atMs)}>
    <line x1=${x} x2=${x} y1="0" y2=${height}/>
    ${
      from === to
        ? nothing
        : svg`<text x=${x + (isLeft ? -5 : 5)} y=${height + 24}
            text-anchor=${isLeft ? 'end' : 'start'}>${nameBarrier(mark)}</text>`
    }</g>`;
}

/** From where the barrier was expected before the last loss to where it is now. */
export function viewMove(
  { stage, jobs }: RunModel,
  now: PlacedBarrier | undefined,
  scale: Scale,
) {
  const fromMs = stage.moves.at(-1)?.fromMs;
  if (fromMs === undefined || !now) return nothing;
  if (jobs.length > 1 && now.mark.stage !== stage.number) return nothing;
  const from = scale.x(fromMs);
  if (now.x - from < 14) return nothing;
  return svg`<path class="move" d="M${from} 0 V16 M${from} 8 H${now.x - 3} m-9 -7 l9 7 l-9 7"/>`;
}
