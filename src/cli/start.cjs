/**
 * Starts a command: `node src/cli/start.mjs mapreduce …` runs `src/cli/mapreduce.ts`.
 *
 * Node 20 needs a loader for TypeScript, which takes most of a second for the two hundred files
 * of a command; a bundle of them starts three times faster. Where no bundle can be kept, the
 * loader does it.
 */
// @ts-check
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keepPlaces } from '../mapreduce/bundle-options.mjs';
import { keepBundle } from '../mapreduce/kept-bundle.mjs';

const [, , name = ''] = process.argv;
const file = join(import.meta.dirname, `${name}.ts`);
process.argv.splice(1, 2, file);

const folder = await keepBundle(
  name,
  { [name]: file },
  {
    ...keepPlaces,
    // What is imported only when it is needed stays a file of its own.
    splitting: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    // Of the sources a stack shows the lines, and they are there.
    sourcesContent: false,
    external: ['esbuild'],
    logLevel: 'error',
  },
).catch(({ code }) => {
  if (code === 'ERR_MODULE_NOT_FOUND')
    console.error('error: the packages are missing: npm ci');
  process.exit(1);
});
if (folder === undefined) {
  const { register } = await import('tsx/esm/api');
  register();
}
process.setSourceMapsEnabled(true);
const start = folder === undefined ? file : join(folder, `${name}.mjs`);
await import(pathToFileURL(start).href);
