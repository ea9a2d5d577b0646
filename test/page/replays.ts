/** Replays on disk, and the folder for them and for screenshots, which SCREENSHOTS may name. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { bundlePage } from '../../src/page/browser-bundle.ts';
import { createDocument, type PageParts } from '../../src/page/document.ts';
import type { RunRecord } from '../../src/page/run-record.ts';

export const shots =
  process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'page-shots-'));
mkdirSync(shots, { recursive: true });
afterAll(() => {
  if (!process.env.SCREENSHOTS) rmSync(shots, { recursive: true });
});

let parts: PageParts;
beforeAll(async () => {
  parts = await bundlePage('run');
});

/** The address of a replay on disk. */
export function writeReplay({ facts, entries }: RunRecord): string {
  const file = join(shots, `replay-${Math.random()}.html`);
  writeFileSync(file, createDocument(parts, { facts, entries }));
  return pathToFileURL(file).href;
}
