/**
 * Measured numbers as marks of a plot: the median as a dot, and a stroke from quartile to
 * quartile.
 */
import * as Plot from '@observablehq/plot';
import type { Summary } from './experiment.ts';

interface Measured {
  readonly summary: Summary;
}

/** By name: what goes along, what tells the lines apart, and which panel it is in. */
interface Along {
  readonly x: string;
  readonly stroke: string;
  readonly fx?: string;
}

/** A line for each value of `stroke`, upwards by what was measured. */
export function drawLines(rows: readonly Measured[], along: Along): Plot.Markish[] {
  return [
    Plot.ruleX(rows, {
      ...along,
      y1: ({ summary }: Measured) => summary.low,
      y2: ({ summary }: Measured) => summary.high,
      strokeWidth: 2,
    }),
    Plot.lineY(rows, {
      ...along,
      y: ({ summary }: Measured) => summary.median,
      strokeWidth: 3,
      marker: 'dot',
    }),
  ];
}

/** A dot for each row, to the right by what was measured. */
export function drawDots(
  rows: readonly Measured[],
  { y, fy, color }: { readonly y: string; readonly fy: string; readonly color: string },
): Plot.Markish[] {
  return [
    Plot.ruleY(rows, {
      y,
      fy,
      x1: ({ summary }: Measured) => summary.low,
      x2: ({ summary }: Measured) => summary.high,
      stroke: color,
      strokeWidth: 3,
    }),
    Plot.dot(rows, {
      y,
      fy,
      x: ({ summary }: Measured) => summary.median,
      fill: color,
      symbol: color,
      r: 7,
    }),
  ];
}
