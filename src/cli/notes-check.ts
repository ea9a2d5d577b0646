/**
 * Everything that is checked about the lecture notes, page by page. The test and
 * `npm run notes` are its two callers; `--fix` applies what the findings propose.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConsole, Runs } from './notes-console.ts';
import { checkLinks } from './notes-links.ts';
import { checkNumbers } from './notes-numbers.ts';
import {
  type Fence,
  type Finding,
  type Page,
  readFences,
  readFigureName,
  readPage,
  type Slide,
} from './notes-page.ts';
import { type Recording, record } from './notes-recordings.ts';
import { checkCode, maxCodeLines } from './notes-regions.ts';

/** Where the notes are, and what they are compared with. */
export interface Sources {
  readonly root: string;
  readonly pages: readonly Page[];
  readonly recordings: ReadonlyMap<string, Recording>;
  readonly runs: Runs;
}

/** The pages of the lecture, in its order: their names begin with a number. */
export function listPages(root: string): Page[] {
  return readdirSync(join(root, 'slides-notes'))
    .filter((name) => /^\d\d-[\w-]+\.md$/.test(name))
    .sort()
    .map((name) => {
      const path = `slides-notes/${name}`;
      return readPage(path, readFileSync(join(root, path), 'utf8'));
    });
}

/** Records the runs of the simulator; commands are run when they are needed. */
export async function gatherSources(root: string): Promise<Sources> {
  const runs = new Runs(root);
  return { root, pages: listPages(root), recordings: await record(), runs };
}

/** All that is wrong with a page. */
export async function checkPage(sources: Sources, page: Page): Promise<Finding[]> {
  const { root, pages, recordings } = sources;
  const findings = checkLinks(root, page, pages);
  for (const slide of page.slides) {
    findings.push(...checkShape(page, slide));
    findings.push(...checkNumbers(root, page, slide, recordings));
    for (const fence of slide.fences) {
      findings.push(...(await checkFence(sources, page, fence)));
    }
  }
  return findings;
}

/** The README shows runs, too. Its code is run by a test of its own. */
export async function checkReadme({ root, runs }: Sources): Promise<Finding[]> {
  const path = 'README.md';
  const fences = readFences(readFileSync(join(root, path), 'utf8').split('\n'));
  const shown = fences.filter(({ language }) => language === 'console');
  if (shown.length === 0) return [{ path, line: 0, problem: 'it shows no run' }];
  const checked = shown.map((fence) => checkConsole(runs, { path }, fence));
  return (await Promise.all(checked)).flat();
}

/** Room for what the back row can read, and something for the presenter. */
function checkShape(page: Page, { fences, line, minutes, title }: Slide): Finding[] {
  const code = fences.filter(({ language }) => language === 'ts' || language === 'go');
  const lines = code.reduce((sum, { text }) => sum + text.split('\n').length, 0);
  const problems = [
    minutes === undefined && `"${title}" has no comment <!-- 2 min: … -->`,
    lines > maxCodeLines && `"${title}" has ${lines} lines of code, not ${maxCodeLines}`,
  ];
  return problems.flatMap((problem) =>
    problem ? [{ path: page.path, line, problem }] : [],
  );
}

async function checkFence(
  { root, recordings, runs }: Sources,
  page: Page,
  fence: Fence,
): Promise<Finding[]> {
  switch (fence.language) {
    case 'ts':
    case 'go':
      return checkCode(root, page, fence);
    case 'console':
      return checkConsole(runs, page, fence);
    case 'mermaid':
      return checkFigure(recordings, page, fence);
    default: {
      const problem = `nobody checks a block of ${fence.language}`;
      return [{ path: page.path, line: fence.line, problem }];
    }
  }
}

/** A figure names its recording in a comment of Mermaid's own, which GitHub passes over. */
function checkFigure(
  recordings: ReadonlyMap<string, Recording>,
  page: Page,
  fence: Fence,
): Finding[] {
  const { line, text } = fence;
  const name = readFigureName(text);
  const recording = recordings.get(name);
  if (!recording) {
    const known = [...recordings.keys()].join(', ');
    const problem = `a figure begins with "%% recorded run: " and one of ${known}`;
    return [{ path: page.path, line, problem }];
  }
  const [first = '', ...shown] = text.split('\n');
  if (shown.join('\n') === recording.mermaid) return [];
  const lines = [first, ...recording.mermaid.split('\n')];
  const fix = { first: line + 1, count: shown.length + 1, lines };
  return [{ path: page.path, line, problem: `the figure differs from ${name}`, fix }];
}
