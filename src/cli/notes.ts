/**
 * `npm run notes`: checks the lecture notes against the source, real runs and recordings, and
 * the README's runs; with `--fix` it rewrites what differs. Exit 1 as long as anything does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createCommand, runCommand } from './command.ts';
import { checkPage, checkReadme, gatherSources } from './notes-check.ts';
import { checkIndex } from './notes-index.ts';
import { applyFixes, type Finding } from './notes-page.ts';

const root = resolve(import.meta.dirname, '../..');

await runCommand(
  createCommand('notes', 'Checks the lecture notes', 'npm run notes -- --fix')
    .option('--fix', 'rewrite blocks that differ from their source')
    .action(check),
);

async function check({ fix = false }: { fix?: boolean }): Promise<void> {
  const sources = await gatherSources(root);
  const { pages } = sources;
  const findings: Finding[] = checkIndex(root, pages);
  for (const page of pages) findings.push(...(await checkPage(sources, page)));
  findings.push(...(await checkReadme(sources)));
  if (fix) mend(findings);
  for (const finding of findings) report(finding, fix);
  const wrong = findings.filter((finding) => !fix || !finding.fix).length;
  const slides = pages.reduce((sum, page) => sum + page.slides.length, 0);
  if (wrong === 0) console.log(`${slides} slides on ${pages.length} pages: all is so`);
  else process.exitCode = 1;
}

function mend(findings: readonly Finding[]): void {
  for (const path of new Set(findings.map((finding) => finding.path))) {
    const file = join(root, path);
    const own = findings.filter((finding) => finding.path === path);
    writeFileSync(file, applyFixes(readFileSync(file, 'utf8'), own));
  }
}

function report({ path, line, problem, fix }: Finding, isFixing: boolean): void {
  const mended = fix && isFixing ? ' (rewritten)' : '';
  console.log(`${path}:${line + 1}: ${problem}${mended}`);
}
