/**
 * `npm run notes`: checks the lecture notes against the source, real runs and recordings;
 * with `--fix` it rewrites what differs. Exit 1 as long as anything does.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createCommand, runCommand } from './command.ts';
import { checkPage, listPages } from './notes-check.ts';
import { applyFixes, type Finding } from './notes-page.ts';

const root = resolve(import.meta.dirname, '../..');

await runCommand(
  createCommand('notes', 'Checks the lecture notes', 'npm run notes -- --fix')
    .option('--fix', 'rewrite blocks that differ from their source')
    .action(check),
);

async function check({ fix }: { fix?: true }): Promise<void> {
  let wrong = 0;
  const pages = listPages(root);
  for (const page of pages) {
    const findings = await checkPage(root, page);
    if (fix) writeFileSync(join(root, page.path), applyFixes(page.text, findings));
    for (const finding of findings) report(finding, fix === true);
    wrong += findings.filter((finding) => !fix || !finding.fix).length;
  }
  const slides = pages.reduce((sum, page) => sum + page.slides.length, 0);
  if (wrong === 0) console.log(`${slides} slides on ${pages.length} pages: all is so`);
  else process.exitCode = 1;
}

function report({ path, line, problem, fix }: Finding, isFixing: boolean): void {
  const mended = fix && isFixing ? ' (rewritten)' : '';
  console.log(`${path}:${line + 1}: ${problem}${mended}`);
}
