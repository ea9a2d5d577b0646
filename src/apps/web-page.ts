/**
 * A crawled page as a record: its URL, a tab, and its HTML on the same line. The form of
 * input that the jobs over web pages share.
 */

export interface WebPage {
  readonly url: URL;
  readonly html: string;
}

/** Throws on a line that is no page. */
export function parsePage(line: string): WebPage {
  const tab = line.indexOf('\t');
  const address = line.slice(0, tab);
  if (tab === -1 || !URL.canParse(address)) {
    throw new Error('not a page: a record is its URL, a tab, and its HTML on one line');
  }
  return { url: new URL(address), html: line.slice(tab + 1) };
}
