/**
 * Axes that are read from the back row: few ticks, at round numbers, inside the picture.
 */
import type { ScaleOptions } from '@observablehq/plot';
import type { Summary } from './experiment.ts';
import { formatTick } from './numbers.ts';

/** From a power of ten to another, with all that was measured in between. */
export function logAxis(label: string, summaries: readonly Summary[]): ScaleOptions {
  const first = Math.floor(Math.log10(Math.min(...summaries.map(({ low }) => low))));
  const last = Math.ceil(Math.log10(Math.max(...summaries.map(({ high }) => high))));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
  return {
    type: 'log',
    label,
    domain: [10 ** first, 10 ** last],
    ticks,
    tickFormat: formatTick,
    grid: true,
  };
}
