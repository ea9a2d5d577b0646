/**
 * Turns the web's links round: for each page the pages that link to it, `target<tab>source
 * source`. Input: one page a line (`web-page.ts`).
 *
 *     npm run mapreduce -- --job web-link-graph test/fixtures/inputs/pages.txt
 *
 * Source: OSDI '04, section 2.3, "Reverse Web-Link Graph".
 */
import type { Emit, RecordKey } from '../mapreduce/job.ts';
import { compareKeys } from '../mapreduce/partition.ts';
import { parsePage, type WebPage } from './web-page.ts';

export function map(_key: RecordKey, line: string, emit: Emit): void {
  const page = parsePage(line);
  for (const target of listLinks(page)) emit(target, page.url.href);
}

export function reduce(target: string, sources: string[]): string {
  return combine(target, sources).sort(compareKeys).join(' ');
}

/** A page that links twice is one source. */
export function combine(_target: string, sources: string[]): string[] {
  return [...new Set(sources)];
}

const anchor = /<a\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;

/** Absolute URLs of pages; a place within a page is the page. */
function* listLinks({ url, html }: WebPage): Generator<string> {
  for (const [, double, single, bare] of html.matchAll(anchor)) {
    const href = (double ?? single ?? bare ?? '').replaceAll('&amp;', '&');
    if (!URL.canParse(href, url.href)) continue;
    const target = new URL(href, url);
    target.hash = '';
    if (/^https?:$/.test(target.protocol)) yield target.href;
  }
}
