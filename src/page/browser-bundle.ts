/**
 * The browser's side of the page, made from `browser/` when somebody asks for a page.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { PageParts } from './document.ts';

const folder = join(import.meta.dirname, 'browser');

/** The pages there are: the module that each begins with, and its title. */
const pages = {
  run: { entry: 'main.ts', title: 'A MapReduce run' },
} as const;

/** One of the pages: script and styles, each in one piece. */
export async function bundlePage(name: keyof typeof pages): Promise<PageParts> {
  const { entry, title } = pages[name];
  const { outputFiles } = await build({
    entryPoints: [join(folder, entry)],
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
  return { title, script: script?.text ?? '', style };
}
