/**
 * The exchange as a space-time figure: time runs down, a slanted arrow is a message under way.
 * Dashed is what the client has to assume, that both ways took the same.
 */
import { html, nothing, svg } from 'lit-html';
import { type Exchange, tellMs } from '../cristian.ts';

const top = 46;

export function viewExchange(exchange: Exchange, thinkMs: number, width: number) {
  const { outMs, roundTripMs, T1, T2, T3, T4, errorMs } = exchange;
  const isNarrow = width < 500;
  const left = isNarrow ? 92 : 130;
  const right = width - (isNarrow ? 100 : 190);
  const height = isNarrow ? 330 : 470;
  const bottom = height - 20;
  const y = (ms: number) =>
    top + ((bottom - top) * ms) / Math.max(roundTripMs + thinkMs, 1);
  const [came, went, back] = [outMs, outMs + thinkMs, roundTripMs + thinkMs].map(y) as [
    number,
    number,
    number,
  ];
  const [assumedCame, assumedWent] = [y(roundTripMs / 2), y(roundTripMs / 2 + thinkMs)];
  return html`<svg class="figure" width=${width} height=${height} role="img" aria-label=${describe(exchange)}>
    ${arrowHeads}
    <g class="names"><text x=${left} y="24">client</text><text x=${right} y="24">server</text></g>
    <path class="life" d="M${left} ${top - 12} V${bottom + 14} M${right} ${top - 12} V${bottom + 14}"/>
    ${
      errorMs === 0
        ? nothing
        : svg`<path class="assumed" d="M${left} ${y(0)} L${right} ${assumedCame}
            M${right} ${assumedWent} L${left} ${back}"/>`
    }
    <line class="thinking" x1=${right} x2=${right} y1=${came} y2=${went}/>
    <line class="message" x1=${left} y1=${y(0)} x2=${right - 4} y2=${came} marker-end="url(#head)"/>
    <line class="message" x1=${right} y1=${went} x2=${left + 4} y2=${back} marker-end="url(#head)"/>
    ${viewTimes(left, right, [y(0), came, went, back], [T1, T2, T3, T4])}
    ${errorMs === 0 ? nothing : viewGap(errorMs, right, went, assumedWent, isNarrow)}
  </svg>`;
}

const arrowHeads = svg`<defs>
  <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
    <path class="head" d="M0 0 L10 5 L0 10 z"/>
  </marker>
</defs>`;

function viewTimes(
  left: number,
  right: number,
  [sent, came, went, back]: readonly [number, number, number, number],
  [T1, T2, T3, T4]: readonly [number, number, number, number],
) {
  // Two texts need so much room.
  const isClose = went - came < 24;
  const middle = (came + went) / 2;
  return svg`<g class="times client">
      ${viewTime(left - 12, sent, 'T1', T1)} ${viewTime(left - 12, back, 'T4', T4)}
    </g>
    <g class="times server">
      ${viewTime(right + 12, isClose ? middle - 12 : came, 'T2', T2)}
      ${viewTime(right + 12, isClose ? middle + 12 : went, 'T3', T3)}
    </g>`;
}

function viewTime(x: number, y: number, name: string, ms: number) {
  return svg`<text x=${x} y=${y}>${name} ${tellMs(ms).replace('-', '−')}</text>`;
}

/** Between when the reply left and when the client has to think that it left. */
function viewGap(
  errorMs: number,
  right: number,
  went: number,
  assumed: number,
  isNarrow: boolean,
) {
  const x = right - 14;
  const size = Math.abs(assumed - went);
  const name = isNarrow ? '' : `${tellMs(Math.abs(errorMs))} ms`;
  return svg`<path class="gap" d="M${x - 8} ${went} H${x} V${assumed} h-8"/>
    ${size < 14 ? nothing : svg`<text class="gap-size" x=${x - 12} y=${(went + assumed) / 2}>${name}</text>`}`;
}

function describe({ outMs, backMs, T1, T2, T3, T4 }: Exchange): string {
  const [first, second, third, fourth] = [T1, T2, T3, T4].map(tellMs);
  return `The request leaves at T1 = ${first}, takes ${tellMs(outMs)} ms, and comes at T2 = ${second}; the reply leaves at T3 = ${third}, takes ${tellMs(backMs)} ms, and comes at T4 = ${fourth}.`;
}
