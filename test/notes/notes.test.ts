/** What stands in the lecture notes is so: every block of every slide has been checked. */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { checkPage, listPages } from '../../src/cli/notes-check.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = listPages(root);

test.each(pages)('$path says what is so', async (page) => {
  const findings = await checkPage(root, page);
  const told = findings.map(({ line, problem }) => `line ${line + 1}: ${problem}`);
  expect(told, 'npm run notes -- --fix rewrites what differs').toEqual([]);
});
