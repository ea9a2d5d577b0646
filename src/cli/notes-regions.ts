/**
 * Code on slides: each block names a region of a source file and must equal it. A region is
 * what stands between two comments, without the indentation that all its lines share.
 *
 *     // #region listen
 *     // #endregion
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fence, Finding, Page } from './notes-page.ts';

/** More does not fit on a slide that is read from the back row. */
export const maxCodeLines = 12;
export const maxCodeColumns = 90;

/** What is wrong with a region, in a sentence for the author. */
export class RegionError extends Error {
  override readonly name = 'RegionError';
}

/** The lines of each region, by name. Throws a RegionError: nested, open, twice, too long. */
export function readRegions(source: string): Map<string, string[]> {
  const regions = new Map<string, string[]>();
  let open: { name: string; lines: string[] } | undefined;
  for (const line of source.split('\n')) {
    const [, name] = /^\s*\/\/ #region (\S+)$/.exec(line) ?? [];
    if (name !== undefined) {
      if (open) throw new RegionError(`region ${name} begins inside of ${open.name}`);
      if (regions.has(name)) throw new RegionError(`there are two regions ${name}`);
      open = { name, lines: [] };
    } else if (/^\s*\/\/ #endregion$/.test(line)) {
      if (!open) throw new RegionError('a region ends that has not begun');
      // gofmt wants an empty line before the comment.
      while (open.lines.at(-1)?.trim() === '') open.lines.pop();
      regions.set(open.name, dedent(open));
      open = undefined;
    } else open?.lines.push(line);
  }
  if (open) throw new RegionError(`region ${open.name} does not end`);
  return regions;
}

function dedent({ name, lines }: { name: string; lines: string[] }): string[] {
  if (lines.length > maxCodeLines) {
    throw new RegionError(
      `region ${name} has ${lines.length} lines; a slide takes ${maxCodeLines}`,
    );
  }
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const shared = Math.min(...indents);
  // A tab is wide on a projector.
  const shown = lines.map((line) => line.slice(shared).replaceAll('\t', '    '));
  const long = shown.find(({ length }) => length > maxCodeColumns);
  if (long === undefined) return shown;
  throw new RegionError(
    `region ${name}: a slide takes ${maxCodeColumns} columns, not ${long}`,
  );
}

/** Compares a block with the region that it names: `ts src/lecture/wordcount.ts#compute`. */
export function checkCode(root: string, page: Page, fence: Fence): Finding[] {
  const { line } = fence;
  const told = (problem: string) => [{ path: page.path, line, problem }];
  const [, file, name] = /^(\S+)#(\S+)$/.exec(fence.info[0] ?? '') ?? [];
  if (file === undefined || name === undefined) {
    return told(
      'a block of code names its region: ```ts src/lecture/wordcount.ts#compute',
    );
  }
  if (!existsSync(join(root, file))) return told(`there is no file ${file}`);
  let regions: Map<string, string[]>;
  try {
    regions = readRegions(readFileSync(join(root, file), 'utf8'));
  } catch (error) {
    if (error instanceof RegionError) return told(`${file}: ${error.message}`);
    throw error;
  }
  const lines = regions.get(name);
  if (!lines) return told(`${file} has no region ${name}`);
  if (lines.join('\n') === fence.text) return [];
  const count = fence.text === '' ? 0 : fence.text.split('\n').length;
  const problem = `the block differs from ${file}#${name}`;
  return [{ path: page.path, line, problem, fix: { first: line + 1, count, lines } }];
}
