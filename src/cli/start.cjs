/**
 * Starts a command: `node src/cli/start.cjs mapreduce …` runs `src/cli/mapreduce.ts`.
 *
 * Node 20 needs a loader for TypeScript, which takes a third of a second for the two hundred
 * files of a command; a bundle of them, with the code that V8 has compiled for it before, starts
 * six times faster. Where no bundle can be kept, the loader does it.
 */
// @ts-check
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { keepPlaces } = require('../mapreduce/bundle-options.cjs');
const { tellSourcesIn } = require('../mapreduce/bundle-stacks.cjs');
const { keepBundle } = require('../mapreduce/kept-bundle.cjs');
const { loadCompiled } = require('../mapreduce/start-compiled.cjs');

const [, , name = ''] = process.argv;
const file = join(__dirname, `${name}.ts`);
process.argv.splice(1, 2, file);
void start();

async function start() {
  const folder = await keepBundle(
    name,
    { [name]: file },
    {
      ...keepPlaces,
      // What is imported only when it is needed stays a file of its own.
      splitting: true,
      external: ['esbuild'],
      logLevel: 'error',
    },
    { isCompiled: true },
  ).catch(({ code, errors, message }) => {
    if (code === 'MODULE_NOT_FOUND')
      console.error('error: the packages are missing: npm ci');
    // The compiler has told those of the sources itself.
    else if (!errors?.length)
      console.error(`error: ${name} cannot be bundled: ${message}`);
    process.exit(1);
  });
  if (folder === undefined) return startFromSources();
  tellSourcesIn(folder);
  loadCompiled(join(folder, `${name}.cjs`));
}

async function startFromSources() {
  const { register } = await import('tsx/esm/api');
  register();
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(file).href);
}
