/**
 * Which stage ran when: a strip above the lanes, and a line through them where one begins. A
 * later stage has stripes, in the strip as in its bars: one for the second, two for the third,
 * three for all after it.
 */
import { nothing, svg } from 'lit-html';
import type { RunModel, StageBegin } from '../run-model.ts';
import type { Scale } from './scale.ts';

/** Above the lanes of a run of several stages. */
export const stripHeight = 36;
const partHeight = 30;

/** Of a letter, about; a text that is wider than its place is not drawn. */
const letterWidth = 10;

export function viewStrip(
  { begins, overMs }: RunModel,
  nowMs: number,
  scale: Scale,
  height: number,
) {
  return begins.map((begin, i) => {
    const from = scale.x(begin.atMs);
    const next = begins[i + 1]?.atMs;
    const width = Math.max(scale.x(next ?? overMs ?? nowMs) - from - 2, 2);
    // Beside the last one there is still room.
    const name = nameBegin(begin, next === undefined ? scale.width - from : width);
    const isFirst = i === 0;
    return svg`<g data-stage=${begin.stage.number}>
      <rect class="stage-part ${begin.how === 'again' ? 'stage-again' : ''}" x=${from + 1} y="1" width=${width} height=${partHeight} rx="3"/>
      ${viewStripes('part-stripe', begin.stage.number, from + 1, 1, width, partHeight)}
      ${isFirst ? nothing : svg`<line class="stage-line" x1=${from} x2=${from} y1="0" y2=${height}/>`}
      ${name ? svg`<text class="stage-name" x=${from + 8} y="12">${name}</text>` : nothing}
    </g>`;
  });
}

/** At the foot of whatever is of a later stage. */
export function viewStripes(
  look: 'part-stripe' | 'bar-stripe',
  stage: number,
  x: number,
  top: number,
  width: number,
  height: number,
) {
  return Array.from({ length: Math.min(stage - 1, 3) }, (_, i) => {
    const y = top + height - 3 - 4 * i;
    return svg`<line class=${look} x1=${x} x2=${x + width} y1=${y} y2=${y}/>`;
  });
}

/** As much as there is room for. */
function nameBegin({ stage, how }: StageBegin, width: number): string | undefined {
  const { number, job } = stage;
  const names = {
    first: [`stage ${number}, ${job}`, `stage ${number}`, `${number}`],
    again: [`stage ${number} again`, `${number} again`, `${number}`],
    resumed: [`stage ${number} goes on`, `stage ${number}`, `${number}`],
  };
  return names[how].find((name) => name.length * letterWidth + 12 <= width);
}
