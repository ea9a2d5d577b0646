/** The checks themselves: a copy of the project in which one thing is changed fails. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPage, gatherSources, type Sources } from '../../src/cli/notes-check.ts';
import { matchesPrinted, Runs } from '../../src/cli/notes-console.ts';
import { checkIndex } from '../../src/cli/notes-index.ts';
import { applyFixes, type Page, readPage } from '../../src/cli/notes-page.ts';
import { readRegions } from '../../src/cli/notes-regions.ts';

const root = resolve(import.meta.dirname, '../..');

/** Nothing is run here: each command prints its own name. */
class EchoRuns extends Runs {
  override async print(command: string): Promise<string> {
    return `${command} printed this\nin 0.84 s\n`;
  }
}

let folder: string;
let sources: Sources;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'notes-'));
  for (const name of ['src/lecture', 'slides-notes', 'exercises', 'README.md']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  sources = { ...(await gatherSources(folder)), runs: new EchoRuns(folder) };
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A page of one slide. */
function slide(...lines: string[]): Page {
  return readPage(
    'slides-notes/99-example.md',
    ['# Example', '## One', '<!-- 1 min: Say it. -->', ...lines, ''].join('\n'),
  );
}

async function problemsOf(page: Page): Promise<string[]> {
  const pages = [...sources.pages, page];
  if (!existsSync(join(folder, page.path))) writeFileSync(join(folder, page.path), '');
  return (await checkPage({ ...sources, pages }, page)).map(({ problem }) => problem);
}

test('one line of a quoted source changes: its slide fails, and --fix mends it', async () => {
  const file = join(folder, 'src/lecture/wordcount.ts');
  const source = readFileSync(file, 'utf8');
  const block = '```ts src/lecture/wordcount.ts#compute';
  const lines = readRegions(source).get('compute') ?? [];
  const page = slide(block, ...lines, '```');
  expect(await problemsOf(page)).toEqual([]);
  writeFileSync(file, source.replace('?? 0) + 1', '?? 0) + 2'));
  const findings = await checkPage(sources, page);
  expect(findings.map(({ problem }) => problem)).toEqual([
    'the block differs from src/lecture/wordcount.ts#compute',
  ]);
  const mended = readPage(page.path, applyFixes(page.text, findings));
  expect(mended.text).toContain('?? 0) + 2');
  expect(await problemsOf(mended)).toEqual([]);
  writeFileSync(file, source);
});

test('each block of code in the notes depends on its source', async () => {
  const fences = sources.pages.flatMap(({ slides }) =>
    slides.flatMap((one) => one.fences.filter(({ language }) => language === 'ts')),
  );
  expect(fences.length).toBeGreaterThan(10);
  for (const { text, info } of fences) {
    const changed = slide(`\`\`\`ts ${info[0]}`, text.replace(/.$/, '?'), '```');
    expect(await problemsOf(changed), info[0]).toHaveLength(1);
  }
});

describe('what is not so is found', () => {
  test.each([
    [['```ts', 'x', '```'], 'a block of code names its region'],
    [['```ts src/none.ts#x', 'x', '```'], 'there is no file src/none.ts'],
    [['```ts src/lecture/wordcount.ts#x', 'x', '```'], 'has no region x'],
    [['```python', 'x', '```'], 'nobody checks a block of python'],
    [['```mermaid none', 'x', '```'], 'a figure names its recording'],
    [['```mermaid cristian', 'x', '```'], 'the figure differs from cristian'],
    [['```console', 'ls', '```'], 'begins with `$ command`'],
    [['```console', '$ a', 'a prints this', '```'], 'a prints something else'],
    [['[there](none.md)'], 'the link none.md leads to no file'],
    [['[there](#two)'], 'the link #two leads to no slide'],
    [['It takes 20 ms.'], 'where does 20 ms come from?'],
    [['19 <!-- recorded: cristian errorMs --> ms'], 'differs from its source: 20 <!--'],
    [['20 <!-- recorded: cristian none --> ms'], 'cristian says nothing of none'],
    [['20 <!-- measured: none.json a --> ms'], 'none.json says nothing of a'],
    [['3 <!-- measured: dated.json a --> ms'], 'it was measured on 2026-01-02'],
    [['## One', '<!-- 1 min: Again. -->'], 'there is another slide "One"'],
    [['## Two'], '"Two" has no comment'],
  ])('%j', async (lines, problem) => {
    mkdirSync(join(folder, 'slides-notes/measurements'), { recursive: true });
    const measured = { command: '', date: '2026-01-02', machine: '', values: { a: 3 } };
    const file = join(folder, 'slides-notes/measurements/dated.json');
    writeFileSync(file, JSON.stringify(measured));
    expect((await problemsOf(slide(...lines))).join('\n')).toContain(problem);
  });

  test('a table of pages that has not been made anew', () => {
    const [first] = checkIndex(folder, [slide()]);
    expect(first?.problem).toBe('the table of pages differs from the pages');
    expect(first?.fix?.lines).toContain('| [Example](99-example.md) | 1 | 1 |');
  });
});

test.each([
  ['a\nb', 'a\nb\n', true],
  ['a', 'a\nb\n', false],
  ['…\nb', 'a\nb\n', true],
  ['a\n…\nc', 'a\nc\n', true],
  ['a … c', 'a b c\n', true],
  ['took  0.84 s', 'took 12.3 s\n', true],
  ['map 8 to worker 2', 'map 9 to worker 2\n', false],
  ['a.b (c)', 'aXb (c)\n', false],
])('a console block %j and what is printed %j: %s', (shown, printed, isSame) => {
  expect(matchesPrinted(shown, printed)).toBe(isSame);
});

test('a block that is to mismatch must', async () => {
  const shown = ['$ a', 'a printed this', 'in 7 s', '```'];
  expect(await problemsOf(slide('```console', ...shown))).toEqual([]);
  expect(await problemsOf(slide('```console expect-mismatch', ...shown))).toEqual([
    'it is marked expect-mismatch, and matches',
  ]);
  const wrong = ['```console expect-mismatch', '$ a', 'b', '```'];
  expect(await problemsOf(slide(...wrong))).toEqual([]);
});

test('a command that is no npm script is told', async () => {
  await expect(new Runs(root).print('npm run nothing')).rejects.toThrow(
    'no such npm script',
  );
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
  [region('// #region a', 'a'.repeat(91), '// #endregion'), 'a slide takes 90 columns'],
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
