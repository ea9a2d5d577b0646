/**
 * The rows of the diagram: when, the arrow, and the same in words. A row changes only when its
 * call ends, so what is drawn once mostly stays.
 */
import { html, nothing } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Strip } from '../call-layout.ts';
import type { Row } from '../call-model.ts';
import { describeRow } from '../call-words.ts';
import { type Picture, viewStrip } from './diagram-picture.ts';

export function viewRows(strips: readonly Strip[], picture: Picture) {
  return html`<ol class="calls">${repeat(
    strips,
    ({ row }) => row.entry.number,
    (strip) => viewRowOnce(strip, picture),
  )}</ol>`;
}

function viewRowOnce(strip: Strip, picture: Picture) {
  const { row, from, to, above, below } = strip;
  const busy = `${above}/${below}`;
  const { width, columns, rowHeight } = picture;
  const what = [row.call.end, from, to, busy, width, columns, rowHeight];
  return html`<li class=${row.entry.type}>${guard(what, () => viewRow(strip, picture))}</li>`;
}

function viewRow(strip: Strip, picture: Picture) {
  const { row } = strip;
  const { who, what, text } = describeRow(row);
  const isOpen = row.entry.type === 'request' && row.call.end === undefined;
  return html`<time class="time">${(row.entry.atMs / 1000).toFixed(3)}</time>
    ${viewStrip(strip, picture)}
    <p><span class="unseen">${who} </span><b>${what}</b>
      <code title=${text}>${text}</code>${isOpen ? html` <i>under way</i>` : nothing}</p>`;
}

/** The newest failure, for who hears the page: nobody can listen to every call. */
export function tellFailure(rows: readonly Row[]): string {
  const row = rows.findLast(({ entry }) => /error|silence/.test(entry.type));
  if (!row) return '';
  const { who, what, text } = describeRow(row);
  return `${who} ${what}. ${text}`;
}
