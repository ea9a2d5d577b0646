/**
 * Links of the notes: a file that is linked exists, and so does a slide. No two slides have
 * the same title, or a link could lead to the wrong one.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Finding, type Page, slugOf } from './notes-page.ts';

export function checkLinks(root: string, page: Page, pages: readonly Page[]): Finding[] {
  const findings: Finding[] = [];
  for (const [line, text] of page.text.split('\n').entries()) {
    for (const [, target = ''] of text.matchAll(/\]\(((?!https?:)[^)\s]+)\)/g)) {
      const problem = explainBroken(root, page, pages, target);
      if (problem) findings.push({ path: page.path, line, problem });
    }
  }
  return [...findings, ...checkTitles(page, pages)];
}

function explainBroken(
  root: string,
  page: Page,
  pages: readonly Page[],
  target: string,
): string | undefined {
  const [file = '', slug] = target.split('#');
  const path = file === '' ? page.path : join(dirname(page.path), file);
  if (!existsSync(join(root, path))) return `the link ${target} leads to no file`;
  if (slug === undefined) return undefined;
  const linked = pages.find((one) => one.path === path);
  const hasSlide = linked?.slides.some((slide) => slide.slug === slug);
  return hasSlide ? undefined : `the link ${target} leads to no slide`;
}

function checkTitles(page: Page, pages: readonly Page[]): Finding[] {
  const slugs = pages.flatMap((one) => [
    slugOf(one.title),
    ...one.slides.map(({ slug }) => slug),
  ]);
  return page.slides
    .filter(({ slug }) => slugs.filter((one) => one === slug).length > 1)
    .map(({ line, title }) => ({
      ...{ path: page.path, line },
      problem: `there is another slide "${title}"`,
    }));
}
