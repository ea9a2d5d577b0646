/**
 * The error between its bounds: as a mark on a line, and against the asymmetry of all runs with
 * the same round trip. Both are drawn to one scale for all round trips, so that one sees how a
 * shorter one narrows the bound.
 */
import { html, svg } from 'lit-html';
import {
  asymmetryOf,
  type Exchange,
  type ExchangeRow,
  tellMs,
  tellSigned,
} from '../cristian.ts';

const margin = 44;

/** `mostMs` is the widest bound of all. */
export function viewErrorLine(
  { errorMs, boundMs }: Exchange,
  mostMs: number,
  width: number,
) {
  const x = scaleX(mostMs, width);
  const [low, high, at] = [x(-boundMs), x(boundMs), x(errorMs)];
  const label = `The error is ${tellSigned(errorMs)}, between −${tellMs(boundMs)} and +${tellMs(boundMs)} ms`;
  return html`<svg class="figure line" width=${width} height="84" role="img" aria-label=${label}
      data-error=${errorMs} data-bound=${boundMs}>
    <path class="track" d="M${x(-mostMs)} 34 H${x(mostMs)}"/>
    <path class="span" d="M${low} 34 H${high} M${low} 20 V48 M${high} 20 V48"/>
    <path class="zero" d="M${x(0)} 24 V44"/>
    <path class="mark" d="M${at} 34 l-11 -24 h22 z"/>
    <g class="ticks">
      <text x=${low} y="72">−${tellMs(boundMs)}</text>
      ${boundMs > mostMs / 6 ? svg`<text x=${x(0)} y="72">0</text>` : ''}
      <text x=${high} y="72">+${tellMs(boundMs)}</text>
    </g>
  </svg>`;
}

const plot = { height: 250, top: 10, bottom: 220 };

export function viewErrorPlot(
  { exchanges }: ExchangeRow,
  exchange: Exchange,
  mostMs: number,
  width: number,
) {
  const x = scaleX(2 * mostMs, width);
  const middle = (plot.top + plot.bottom) / 2;
  const y = (ms: number) => middle - ((plot.bottom - plot.top) * ms) / (2 * mostMs);
  const points = exchanges.map((one) => `${x(asymmetryOf(one))},${y(one.errorMs)}`);
  const { boundMs, errorMs } = exchange;
  const [from, to] = [x(-2 * mostMs), x(2 * mostMs)];
  const takes = width < 450 ? '' : 'takes ';
  const label = `Error against asymmetry: a straight line from +${tellMs(boundMs)} ms, where the request takes all of the round trip, to −${tellMs(boundMs)} ms, where the reply does`;
  return html`<svg class="figure plot" width=${width} height=${plot.height} role="img" aria-label=${label}>
    <path class="track" d="M${from} ${y(0)} H${to} M${x(0)} ${plot.top} V${plot.bottom}"/>
    <path class="bounds" d="M${from} ${y(boundMs)} H${to} M${from} ${y(-boundMs)} H${to}"/>
    <polyline class="errors" points=${points.join(' ')}/>
    <g class="runs">${points.map((point) => {
      const [px, py] = point.split(',');
      return svg`<circle cx=${px} cy=${py} r="2"/>`;
    })}</g>
    <circle class="current" cx=${x(asymmetryOf(exchange))} cy=${y(errorMs)} r="9"/>
    <g class="ticks">
      <text x=${from - 4} y=${y(boundMs) + 6} class="end">+${tellMs(boundMs)}</text>
      <text x=${from - 4} y=${y(-boundMs) + 6} class="end">−${tellMs(boundMs)}</text>
      <text x=${from} y=${plot.height - 6} class="start">request ${takes}longer</text>
      <text x=${to} y=${plot.height - 6} class="end">reply ${takes}longer</text>
    </g>
  </svg>`;
}

function scaleX(mostMs: number, width: number) {
  return (ms: number) => margin + ((width - 2 * margin) * (ms + mostMs)) / (2 * mostMs);
}
