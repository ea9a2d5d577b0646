/** The checks themselves: a copy of the project in which one thing is changed fails. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPage, listPages } from '../../src/cli/notes-check.ts';
import { applyFixes, type Page, readPage } from '../../src/cli/notes-page.ts';
import { readRegions } from '../../src/cli/notes-regions.ts';

const root = resolve(import.meta.dirname, '../..');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'notes-'));
  for (const name of ['src/lecture', 'slides-notes']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const findPage = (slug: string) =>
  listPages(folder).find(({ path }) => path.includes(slug)) as Page;

test('one line of a quoted source changes: its slide fails, and --fix mends it', async () => {
  const file = join(folder, 'src/lecture/wordcount.ts');
  const source = readFileSync(file, 'utf8');
  const page = findPage('word-count-server');
  expect(await checkPage(folder, page)).toEqual([]);
  writeFileSync(file, source.replace('?? 0) + 1', '?? 0) + 2'));
  const findings = await checkPage(folder, page);
  expect(findings.map(({ problem }) => problem)).toEqual([
    'the block differs from src/lecture/wordcount.ts#compute',
  ]);
  const mended = readPage(page.path, applyFixes(page.text, findings));
  expect(mended.text).toContain('?? 0) + 2');
  expect(await checkPage(folder, mended)).toEqual([]);
  writeFileSync(file, source);
});

const region = (...lines: string[]) => lines.join('\n');

test.each([
  [region('// #region a', '// #region b', '// #endregion'), 'b begins inside of a'],
  [region('// #region a'), 'region a does not end'],
  [region('// #endregion'), 'a region ends that has not begun'],
  [
    region('// #region a', '// #endregion', '// #region a', '// #endregion'),
    'two regions a',
  ],
  [region('// #region a', ...'abcdefghijklm', '// #endregion'), 'a slide takes 12'],
  [region('// #region a', 'a'.repeat(77), '// #endregion'), 'a slide takes 76 columns'],
])('regions that are none: %j', (source, problem) => {
  expect(() => readRegions(source)).toThrow(problem);
});

test('a region loses the indentation that its lines share, and tabs become narrow', () => {
  const source = region(
    '\t\t// #region a',
    '\t\tif x {',
    '',
    '\t\t\ty()',
    '// #endregion',
  );
  expect(readRegions(source).get('a')).toEqual(['if x {', '', '    y()']);
});
