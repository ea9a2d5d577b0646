/**
 * A page of the lecture notes, as its checks and the projector see it: `##` begins a slide, a
 * fence is a block of code, a comment that begins with minutes is what the presenter says.
 * Knows what stands on the page, and nothing of where it comes from.
 */

/** A block between two lines of back quotes. */
export interface Fence {
  /** `ts`, `go`, `console`, `mermaid`. */
  readonly language: string;
  /** What follows the language: where the block comes from, and marks. */
  readonly info: readonly string[];
  /** Its lines, joined. */
  readonly text: string;
  /** The line of the opening back quotes, from 0. */
  readonly line: number;
}

export interface Slide {
  readonly title: string;
  /** GitHub's anchor for the title. */
  readonly slug: string;
  readonly line: number;
  /** What the presenter's comment plans for it; undefined: there is no such comment. */
  readonly minutes: number | undefined;
  readonly lines: readonly string[];
  readonly fences: readonly Fence[];
}

export interface Page {
  /** `slides-notes/04-word-count-server.md`. */
  readonly path: string;
  readonly text: string;
  readonly title: string;
  readonly slides: readonly Slide[];
}

/** Something that is not as it should be; `lines` are what should stand there instead. */
export interface Finding {
  readonly path: string;
  /** From 0. */
  readonly line: number;
  readonly problem: string;
  readonly fix?: { readonly first: number; readonly count: number; lines: string[] };
}

/** Reads a page; whatever stands before its first `##` belongs to no slide. */
export function readPage(path: string, text: string): Page {
  const lines = text.split('\n');
  const fences = readFences(lines);
  const isInFence = (line: number) =>
    fences.some((fence) => fence.line < line && line <= endOf(fence));
  const starts = lines.flatMap((line, i) =>
    line.startsWith('## ') && !isInFence(i) ? [i] : [],
  );
  const slides = starts.map((start, i) =>
    readSlide(lines, start, starts[i + 1] ?? lines.length, fences),
  );
  const title = lines.find((line) => line.startsWith('# '))?.slice(2) ?? path;
  return { path, text, title, slides };
}

/** The line of the closing back quotes. */
export function endOf({ line, text }: Fence): number {
  return line + (text === '' ? 0 : text.split('\n').length) + 1;
}

/** All blocks of a page, in order; also those that stand before its first slide. */
export function readFences(lines: readonly string[]): Fence[] {
  const fences: Fence[] = [];
  for (let line = 0; line < lines.length; line++) {
    const [, opening] = /^```(\S.*)$/.exec(lines[line] as string) ?? [];
    if (opening === undefined) continue;
    const close = lines.indexOf('```', line + 1);
    const end = close === -1 ? lines.length : close;
    const [language = '', ...info] = opening.split(/\s+/);
    fences.push({ language, info, line, text: lines.slice(line + 1, end).join('\n') });
    line = end;
  }
  return fences;
}

function readSlide(
  lines: readonly string[],
  start: number,
  end: number,
  fences: readonly Fence[],
): Slide {
  const title = (lines[start] as string).slice(3).trim();
  const own = lines.slice(start, end);
  const [, minutes] = /<!--\s*(\d+) min\b/.exec(own.join('\n')) ?? [];
  return {
    title,
    slug: slugOf(title),
    line: start,
    minutes: minutes === undefined ? undefined : Number(minutes),
    lines: own,
    fences: fences.filter(({ line }) => start < line && line < end),
  };
}

/** As GitHub makes an anchor of a heading. */
export function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** The recording that a block of Mermaid says it was drawn from; empty: it does not. */
export function readFigureName(mermaid: string): string {
  return /^%% recorded run: (\S+)$/m.exec(mermaid)?.[1] ?? '';
}

/** The page with every finding mended that says how. */
export function applyFixes(text: string, findings: readonly Finding[]): string {
  const lines = text.split('\n');
  const fixes = findings.flatMap(({ fix }) => fix ?? []);
  for (const { first, count, lines: instead } of fixes.sort(
    (a, b) => b.first - a.first,
  )) {
    lines.splice(first, count, ...instead);
  }
  return lines.join('\n');
}
