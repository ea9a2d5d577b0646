/**
 * What the bars mean, in the bars' own looks.
 */
import { html, svg } from 'lit-html';

const kinds = [
  { look: 'running', name: 'running' },
  { look: 'completed', name: 'completed' },
  { look: 'lost-later', name: 'output lost later' },
  { look: 'killed', name: 'killed or lost' },
  { look: 'completed backup', name: 'backup' },
  { look: 'cancelled', name: 'loser' },
] as const;

export function viewLegend() {
  return html`<ul class="legend" aria-label="Legend">${kinds.map(
    ({ look, name }) =>
      html`<li><svg width="34" height="22" aria-hidden="true">${swatch(look)}</svg>${name}</li>`,
  )}</ul>`;
}

function swatch(look: string) {
  const cross = svg`<path class="cross" d="M22 4 L34 18 M34 4 L22 18"/>`;
  return svg`<g class="bar map ${look}"><rect x="2" y="3" width="27" height="16" rx="3"/>${look === 'killed' ? cross : ''}</g>`;
}
