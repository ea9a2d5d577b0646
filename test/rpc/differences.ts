/**
 * Reads `slides-notes/differences-from-go.md`, the one list of what differs from Go on purpose.
 * Tests compare it with what they see: what differs and is not listed fails, and so does what
 * is listed and differs no longer.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Difference {
  readonly input: string;
  readonly go: string;
  readonly ours: string;
}

const page = readFileSync(
  join(import.meta.dirname, '../../slides-notes/differences-from-go.md'),
  'utf8',
);

/** The rows under a heading; their reasons are for people. */
export function listDifferences(heading: string): Difference[] {
  return readRows(heading).map(({ input, go, ours }) => ({ input, go, ours }));
}

/** The reasons alone, for those that name a test. */
export function listReasons(heading: string): string[] {
  return readRows(heading).map(({ why }) => why);
}

function readRows(heading: string) {
  const start = page.indexOf(`\n## ${heading}\n`);
  if (start === -1) throw new Error(`differences-from-go.md has no heading "${heading}"`);
  const end = page.indexOf('\n## ', start + 1);
  const lines = page.slice(start, end === -1 ? undefined : end).split('\n');
  return lines
    .filter((line) => /^\| [^-]/.test(line))
    .flatMap(readRow)
    .slice(1);
}

function readRow(line: string) {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  const [input = '', go = '', ours = '', why = ''] = cells.map((cell) => cell.trim());
  if (why === '') throw new Error(`no reason given: ${line}`);
  return [{ input: unquote(input), go: unquote(go), ours: unquote(ours), why }];
}

function unquote(cell: string): string {
  return cell.replace(/^`+ ?|(?<! ) ?`+$/g, '').replaceAll('\\|', '|');
}
