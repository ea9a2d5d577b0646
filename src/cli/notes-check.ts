/**
 * Everything that is checked about the lecture notes, page by page. The test and
 * `npm run notes` are its two callers; `--fix` applies what the findings propose.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, type Page, readPage } from './notes-page.ts';
import { checkCode } from './notes-regions.ts';

export const notesFolder = 'slides-notes';

/** The pages of the lecture, in its order: their names begin with a number. */
export function listPages(root: string): Page[] {
  return readdirSync(join(root, notesFolder))
    .filter((name) => /^\d\d-[\w-]+\.md$/.test(name))
    .sort()
    .map((name) => {
      const path = `${notesFolder}/${name}`;
      return readPage(path, readFileSync(join(root, path), 'utf8'));
    });
}

/** All that is wrong with a page, from its top to its bottom. */
export async function checkPage(root: string, page: Page): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const slide of page.slides) {
    for (const fence of slide.fences) {
      switch (fence.language) {
        case 'ts':
        case 'go':
          findings.push(...checkCode(root, page, fence));
      }
    }
  }
  return findings;
}
