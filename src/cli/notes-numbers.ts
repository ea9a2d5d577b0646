/**
 * Numbers in the notes: each that says how long, how much or how many of a hundred has a
 * comment behind it that names its source, a recorded run or a dated measurement.
 *
 *     20 <!-- recorded: cristian errorMs --> ms
 *     2136080 <!-- measured: word-count.json pairsEmitted -->
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endOf, type Finding, type Page, type Slide } from './notes-page.ts';
import type { Recording } from './notes-recordings.ts';

/** One file of `slides-notes/measurements/`. */
export interface Measurement {
  /** How to measure again. */
  readonly command: string;
  /** The day, as 2026-11-21. */
  readonly date: string;
  readonly machine: string;
  readonly values: Readonly<Record<string, number>>;
}

const quoted = /([\d,]*\.?\d+)(\s*<!-- (recorded|measured): (\S+) (\S+) -->)/g;
const unsourced = /(?<![\w.,])[\d,]*\.?\d+ (?:ms|µs|s|seconds|MB|KB|kB|GB|%|bytes)\b/;

/** Every number of the slide against its source. */
export function checkNumbers(
  root: string,
  page: Page,
  slide: Slide,
  recordings: ReadonlyMap<string, Recording>,
): Finding[] {
  const findings: Finding[] = [];
  const prose = readProse(slide);
  for (const [index, text] of slide.lines.entries()) {
    const line = slide.line + index;
    const told = (problem: string) => findings.push({ path: page.path, line, problem });
    const mended = text.replace(quoted, (whole, shown, comment, kind, source, key) => {
      const value =
        kind === 'recorded'
          ? recordings.get(source)?.facts[key]
          : readMeasured(root, slide, source, key, told);
      if (value === undefined) told(`${source} says nothing of ${key}`);
      return value === undefined ? whole : `${printLike(shown, value)}${comment}`;
    });
    if (mended !== text) {
      const problem = `a number differs from its source: ${mended.trim()}`;
      const fix = { first: line, count: 1, lines: [mended] };
      findings.push({ path: page.path, line, problem, fix });
    }
    const [bare] = unsourced.exec(prose[index] ?? '') ?? [];
    if (bare) told(`where does ${bare} come from?`);
  }
  return findings;
}

/** The slide's lines without code and comments: what a presenter says claims nothing. */
function readProse({ lines, line: start, fences }: Slide): string[] {
  const blank = (text: string) => text.replace(/[^\n]/g, ' ');
  const prose = lines
    .join('\n')
    .replace(/<!--.*?-->/gs, (comment) => `#${blank(comment)}`)
    .replace(/`[^`\n]+`/g, blank)
    .split('\n');
  for (const fence of fences) {
    for (let line = fence.line; line <= endOf(fence); line++) prose[line - start] = '';
  }
  return prose;
}

function readMeasured(
  root: string,
  slide: Slide,
  file: string,
  key: string,
  told: (problem: string) => void,
): number | undefined {
  const path = join(root, 'slides-notes/measurements', file);
  if (!existsSync(path)) return undefined;
  const { date, values } = JSON.parse(readFileSync(path, 'utf8')) as Measurement;
  if (!slide.lines.join('\n').includes(date))
    told(`it was measured on ${date}; the slide does not say so`);
  return values[key];
}

/** With commas where the notes have them. */
function printLike(shown: string, value: number): string {
  if (shown.includes(',') || value >= 10_000) return value.toLocaleString('en-US');
  return String(value);
}
