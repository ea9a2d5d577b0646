/**
 * The page as one document: script, styles and, in a replay, the run itself. Its policy lets
 * the browser execute exactly this script, and load nothing from anywhere.
 */
import { createHash } from 'node:crypto';

export interface PageParts {
  /** What the browser's tab says. */
  readonly title: string;
  readonly script: string;
  readonly style: string;
}

type Code = Pick<PageParts, 'script' | 'style'>;

/** Where the page reads: a run inside the document, or the server that it comes from. */
export type Origin = 'replay' | 'live';

/** The content security policy of a document with these parts. */
export function createPolicy({ script, style }: Code, origin: Origin): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    ...(origin === 'live' ? ["connect-src 'self'", "frame-ancestors 'none'"] : []),
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** A document that reads `record`, or without it whatever its server has to tell. */
export function createDocument(parts: PageParts, record?: object): string {
  const { title, script, style } = parts;
  for (const text of [script, style]) {
    if (/<\/(script|style)/i.test(text)) throw new Error('the page would end too soon');
  }
  const policy = record ? createPolicy(parts, 'replay') : undefined;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    ...(policy
      ? [`<meta http-equiv="Content-Security-Policy" content="${policy}">`]
      : []),
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${title}</title>`,
    '<link rel="icon" href="data:,">',
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<div id="page"></div>',
    '<noscript>This page draws with JavaScript.</noscript>',
    ...(record
      ? [`<script type="application/json" id="record">${embed(record)}</script>`]
      : []),
    `<script type="module">${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** JSON that no HTML parser takes for anything else: a word of the input may be `</script>`. */
function embed(record: object): string {
  return JSON.stringify(record).replaceAll('<', '\\u003c');
}
