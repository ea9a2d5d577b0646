/**
 * The page as one document: script, styles and, in a replay, the run itself. Its policy lets
 * the browser execute exactly this script, and load nothing from anywhere.
 */
import { createHash } from 'node:crypto';
import type { RunRecord } from './run-record.ts';

export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/** Where the page reads: a run inside the document, or the server that it comes from. */
export type Origin = 'replay' | 'live';

/** The content security policy of a document with these parts. */
export function createPolicy({ script, style }: PageParts, origin: Origin): string {
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

/** A document that reads `run`, or without it the events of its server. */
export function createDocument(parts: PageParts, run?: RunRecord): string {
  const { script, style } = parts;
  for (const text of [script, style]) {
    if (/<\/(script|style)/i.test(text)) throw new Error('the page would end too soon');
  }
  const policy = run ? createPolicy(parts, 'replay') : undefined;
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
    '<title>A MapReduce run</title>',
    '<link rel="icon" href="data:,">',
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<div id="page"></div>',
    '<noscript>This page draws a run with JavaScript.</noscript>',
    ...(run ? [`<script type="application/json" id="run">${embed(run)}</script>`] : []),
    `<script type="module">${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** JSON that no HTML parser takes for anything else: a word of the input may be `</script>`. */
function embed(run: RunRecord): string {
  return JSON.stringify(run).replaceAll('<', '\\u003c');
}
