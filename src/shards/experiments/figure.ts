/**
 * A figure becomes SVG that stands for itself: drawn here, by Observable Plot on a document
 * without a browser. It holds no script, and its colours come from the page around it, so that
 * light, dark and print are the page's choice.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Figure } from './experiment.ts';

/** The page says what colour each is, once for light and once for dark. */
export const seriesColors = Array.from({ length: 8 }, (_, i) => `var(--series-${i + 1})`);

/** One `<figure>` with its legend, its axes and its title. */
export function drawFigure({ title, description, plot }: Figure): string {
  const { document } = parseHTML('<html></html>');
  const drawn = Plot.plot({
    width: 960,
    height: 480,
    marginLeft: 96,
    marginBottom: 56,
    marginTop: 40,
    marginRight: 40,
    style: { fontSize: '18px', background: 'transparent' },
    ...plot,
    // Plot asks for a browser's type, and uses little of it.
    document: document as never,
    color: { range: seriesColors, ...plot.color },
    title,
    figure: true,
  });
  const svg = drawn.querySelector(':scope > svg') ?? drawn.querySelector('svg');
  svg?.setAttribute('role', 'img');
  svg?.setAttribute('aria-label', description);
  return drawn.outerHTML;
}
