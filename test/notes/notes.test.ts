/** What stands in the lecture notes is so: every block of every slide has been checked. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { checkPage, checkReadme, gatherSources } from '../../src/cli/notes-check.ts';
import { checkIndex } from '../../src/cli/notes-index.ts';
import type { Measurement } from '../../src/cli/notes-numbers.ts';
import type { Finding } from '../../src/cli/notes-page.ts';

const root = resolve(import.meta.dirname, '../..');
const sources = await gatherSources(root);

function tell(findings: readonly Finding[]): string[] {
  return findings.map(({ line, problem }) => `line ${line + 1}: ${problem}`);
}

const hint = 'npm run notes -- --fix rewrites what differs';

// A ceiling: some blocks are the output of whole MapReduce jobs.
test.each(sources.pages)('$path says what is so', { timeout: 600_000 }, async (page) => {
  expect(tell(await checkPage(sources, page)), hint).toEqual([]);
});

test('the README shows what its runs print', { timeout: 600_000 }, async () => {
  expect(tell(await checkReadme(sources)), hint).toEqual([]);
});

test('the table of pages counts their slides and their minutes', () => {
  expect(tell(checkIndex(root, sources.pages)), hint).toEqual([]);
});

test('every measurement says when and how it was made, and some slide quotes it', () => {
  const folder = join(root, 'slides-notes/measurements');
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const file of readdirSync(folder)) {
    const measured: Measurement = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    expect(measured.date, file).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(new Date(measured.date).toISOString()).toContain(measured.date);
    const [, script = ''] = /^npm run (?:-s )?(\S+)/.exec(measured.command) ?? [];
    expect(scripts, file).toHaveProperty(script);
    for (const [key, value] of Object.entries(measured.values)) {
      expect(value, key).toBeTypeOf('number');
    }
    const isQuoted = sources.pages.some(({ text }) =>
      text.includes(`measured: ${file} `),
    );
    expect(isQuoted, file).toBe(true);
  }
});

test("the slides' bye:4 is wrong, and wrong in that word only", async () => {
  const fences = sources.pages.flatMap(({ slides }) =>
    slides.flatMap((slide) => slide.fences),
  );
  const [wrong, ...others] = fences.filter(({ info }) =>
    info.includes('expect-mismatch'),
  );
  expect(others).toEqual([]);
  const [command = '', ...shown] = (wrong?.text ?? '').split('\n');
  const printed = await sources.runs.print(command.slice(2));
  expect(readCounts(shown.join('\n'))).toEqual({ ...readCounts(printed), bye: '4' });
});

/** The pairs of a map as Go prints it. */
function readCounts(text: string): Record<string, string> {
  const [, pairs = ''] = /map\[(.*)\]/.exec(text) ?? [];
  return Object.fromEntries(pairs.split(' ').map((pair) => pair.split(':')));
}
