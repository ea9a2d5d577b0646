/**
 * The order of the lecture, with minutes: the table in `slides-notes/README.md`, made from the
 * pages and what their presenter's comments plan.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Page } from './notes-page.ts';

const indexPath = 'slides-notes/README.md';
const [head, rule] = ['| page | slides | minutes |', '|---|---|---|'];

/** Compares the table with the pages. */
export function checkIndex(root: string, pages: readonly Page[]): Finding[] {
  const lines = readFileSync(join(root, indexPath), 'utf8').split('\n');
  const line = lines.indexOf(head as string);
  if (line === -1) return [{ path: indexPath, line: 0, problem: `no table: ${head}` }];
  const end = lines.findIndex((text, i) => i > line && !text.startsWith('|'));
  const rows = [head as string, rule as string, ...listRows(pages)];
  const shown = lines.slice(line, end);
  if (shown.join('\n') === rows.join('\n')) return [];
  const problem = 'the table of pages differs from the pages';
  const fix = { first: line, count: shown.length, lines: rows };
  return [{ path: indexPath, line, problem, fix }];
}

function listRows(pages: readonly Page[]): string[] {
  const rows = pages.map((page) => {
    const file = page.path.split('/').at(-1);
    return `| [${page.title}](${file}) | ${page.slides.length} | ${minutesOf([page])} |`;
  });
  const slides = pages.reduce((sum, page) => sum + page.slides.length, 0);
  return [...rows, `| all | ${slides} | ${minutesOf(pages)} |`];
}

function minutesOf(pages: readonly Page[]): number {
  return pages
    .flatMap(({ slides }) => slides)
    .reduce((sum, { minutes }) => sum + (minutes ?? 0), 0);
}
