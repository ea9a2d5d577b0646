/**
 * Key-value pairs as text: `key<tab>value<newline>`, the format of intermediate and output
 * files. Backslash, newline and carriage return are escaped, and the tab in keys, so every
 * pair is one line and every line one pair.
 */

/** One pair as a line, newline included. */
export function formatPair(key: string, value: string): string {
  return `${escapeKey(key)}\t${escapeText(value)}\n`;
}

/** Reads the lines that `formatPair` wrote. Throws on a line without a tab. */
export function* parsePairs(text: string): Generator<[key: string, value: string]> {
  for (let start = 0; start < text.length; ) {
    const tab = text.indexOf('\t', start);
    const end = text.indexOf('\n', start);
    if (tab === -1 || end === -1 || tab > end) {
      throw new Error(`not a key-value line: ${text.slice(start, start + 80)}`);
    }
    yield [unescapeText(text.slice(start, tab)), unescapeText(text.slice(tab + 1, end))];
    start = end + 1;
  }
}

const escapes: Record<string, string> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

const originals: Record<string, string> = { '\\': '\\', t: '\t', n: '\n', r: '\r' };

/** A key without backslash, tab or line end, so that it can stand before a tab. */
export function escapeKey(key: string): string {
  return /[\\\t\n\r]/.test(key) ? key.replace(/[\\\t\n\r]/g, (c) => escapes[c]!) : key;
}

/** A text without backslash or line end, so that it can end a line. */
export function escapeText(text: string): string {
  return /[\\\n\r]/.test(text) ? text.replace(/[\\\n\r]/g, (c) => escapes[c]!) : text;
}

/** Takes back what `escapeKey` and `escapeText` did. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/g, (_, c: string) => originals[c] ?? c);
}
