/**
 * The browser's side of the page, made from `browser/` when somebody asks for a page.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageParts } from './document.ts';

const folder = join(import.meta.dirname, 'browser');

/** The pages there are: the module that each begins with, its title, and its styles. */
const pages = {
  run: {
    entry: 'main.ts',
    title: 'A MapReduce run',
    styles: ['page.css', 'settings.css'],
  },
  diagram: {
    entry: 'diagram.ts',
    title: 'Remote calls',
    styles: ['page.css', 'diagram.css'],
  },
  cristian: {
    entry: 'cristian.ts',
    title: "Cristian's algorithm",
    styles: ['page.css', 'cristian.css'],
  },
} as const;

export type PageName = keyof typeof pages;

/** One of the pages: script and styles, each in one piece. */
export async function bundlePage(name: PageName): Promise<PageParts> {
  const { entry, title, styles } = pages[name];
  // Most runs have no page, and the compiler takes its time to load.
  const { build } = await import('esbuild');
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
  const texts = styles.map((style) => readFile(join(folder, style), 'utf8'));
  const style = (await Promise.all(texts)).join('\n');
  return { title, script: script?.text ?? '', style };
}
