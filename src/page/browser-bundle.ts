/**
 * The browser's side of the page, made from `browser/` when somebody asks for a page.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { PageParts } from './document.ts';

const folder = join(import.meta.dirname, 'browser');

/** Script and styles, each in one piece. */
export async function bundlePage(): Promise<PageParts> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'main.ts')],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    target: 'es2023',
    minify: true,
    charset: 'utf8',
    // Without it the comments of packages come along; their licences are in the lock file.
    legalComments: 'none',
    conditions: ['production'],
    logLevel: 'silent',
  });
  const [script] = outputFiles;
  const style = await readFile(join(folder, 'page.css'), 'utf8');
  return { script: script?.text ?? '', style };
}
