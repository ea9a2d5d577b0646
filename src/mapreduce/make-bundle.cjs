/**
 * Bundles modules of ours, and makes ready what starts them earlier. JavaScript, not TypeScript:
 * this is what loads the TypeScript.
 */
// @ts-check
const { spawn } = require('node:child_process');
const { closeSync, fsyncSync, openSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { basename, join } = require('node:path');
const { pathToFileURL } = require('node:url');
const esbuild = require('esbuild');
const {
  asFunction,
  bundleOptions,
  filesOfWat,
  root,
  sourceRoot,
  top,
} = require('./bundle-options.cjs');

/**
 * What is made of a bundle besides, so that it starts earlier: of each module what V8 makes of
 * it; of one entry, `<entry>.snapshot`, a process that has loaded it, where Node can.
 * @typedef {{ isCompiled?: boolean, snapshotOf?: string }} Preparation
 */

/** @typedef {import('esbuild').OutputFile} Module */

/** It takes a third of a second. */
const withinMs = 20_000;
/** @type {ReadonlySet<string>} */
const byOthers = new Set(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL']);
/** In a process of a later Node that starts from a snapshot, threads abort. */
const canHaveThreads = Number.parseInt(process.versions.node, 10) < 22;

/**
 * Resolves with the modules, and all the files that they are of. Rejects where those do not
 * compile.
 *
 * @param {Record<string, string>} entryPoints
 * @param {import('esbuild').BuildOptions} options
 */
async function makeBundle(entryPoints, options) {
  const { metafile, outputFiles } = await esbuild.build({
    ...bundleOptions,
    ...(options.splitting ? modulesToSplit : {}),
    ...options,
    plugins: [...bundleOptions.plugins, ...(options.plugins ?? [])],
    entryPoints,
    // A source map tells a whole path, wherever the bundle will be.
    outdir: top,
    sourceRoot,
    absWorkingDir: root,
    metafile: true,
    write: false,
  });
  const modules = options.splitting ? await makeFunctions(outputFiles) : outputFiles;
  const inputs = Object.keys(metafile.inputs);
  const evaluated = inputs.flatMap((file) => filesOfWat.get(join(root, file)) ?? []);
  return { modules, sources: [...inputs, ...evaluated] };
}

/**
 * Only modules can be split: each is then made into the function of a CommonJS module.
 * @type {import('esbuild').BuildOptions}
 */
const modulesToSplit = {
  outExtension: { '.js': '.cjs' },
  banner: {},
  sourcemap: 'inline',
  // Of the sources a stack shows the lines, and they are there.
  sourcesContent: false,
};

/**
 * Each with its map beside it. Rejects, and says so, where a module waits at its top level.
 * Not with `transform`, which leaves files for temporary ones when Ctrl-C ends it.
 * @param {readonly Module[]} modules
 */
async function makeFunctions(modules) {
  const made = modules.map(async ({ path, text }) => {
    const { outputFiles } = await esbuild.build({
      stdin: { contents: text, sourcefile: path },
      outfile: path,
      write: false,
      ...asFunction,
      ...{ target: 'node20', logLevel: 'error' },
      ...{ sourcemap: 'external', sourcesContent: false, sourceRoot },
      // Code that was compiled before has no `import` of its own.
      supported: { 'dynamic-import': false },
    });
    return outputFiles;
  });
  return (await Promise.all(made)).flat();
}

/**
 * @param {readonly Module[]} modules
 * @param {string} folder
 */
function writeModules(modules, folder) {
  for (const { path, text } of modules) {
    const file = join(folder, basename(path));
    const hasMap = modules.some((module) => module.path === `${path}.map`);
    // For debuggers; nobody else reads it before somebody looks at a stack.
    const url = hasMap ? `//# sourceMappingURL=${pathToFileURL(`${file}.map`)}\n` : '';
    writeFileSync(file, `${text}${url}`);
  }
}

/**
 * Of modules that are in `folder`. Resolves with the files that whoever starts relies on unread.
 * Rejects where Ctrl-C has ended it.
 *
 * @param {readonly Module[]} modules
 * @param {string} folder
 * @param {Preparation} preparation
 * @returns {Promise<string[]>}
 */
async function prepare(modules, folder, { isCompiled, snapshotOf }) {
  const files = modules.map(({ path }) => join(folder, basename(path)));
  const [snapshot] = await Promise.all([
    snapshotOf === undefined ? undefined : makeSnapshot(join(folder, snapshotOf)),
    isCompiled ? compile(files.filter((file) => !file.endsWith('.map'))) : undefined,
  ]);
  return snapshot === undefined ? [] : [snapshot];
}

/**
 * Without anybody's flags: V8 takes it from then on where no flag changes what it compiles.
 * @param {readonly string[]} modules
 */
async function compile(modules) {
  const program = join(root, 'src/mapreduce/compile-modules.cjs');
  if (!(await runNode(program, ...modules))) throw new Error('they were not compiled');
}

/**
 * Resolves with undefined where it cannot be made, or nothing good can start from it: whoever
 * starts does without. A process from it that is given the argument `try` ends with 0 if all is
 * well.
 * @param {string} entry the module's path, without `.cjs`
 */
async function makeSnapshot(entry) {
  const program = join(root, 'src/mapreduce/make-snapshot.cjs');
  const [file, module] = [`${entry}.snapshot`, `${entry}.cjs`];
  const isGood =
    canHaveThreads &&
    (await runNode('--snapshot-blob', file, '--build-snapshot', program, module)) &&
    (await runNode('--snapshot-blob', file, module, 'try'));
  if (!isGood) {
    rmSync(file, { force: true });
    return undefined;
  }
  // A note of it must not outlive it where the power fails.
  const descriptor = openSync(file, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
  return file;
}

/**
 * Resolves with whether it ended well. Without anybody's flags. Rejects where somebody has ended it:
 * that says nothing about what it was to do.
 * @param {readonly string[]} args
 * @returns {Promise<boolean>}
 */
function runNode(...args) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, args, {
    ...{ env, cwd: tmpdir(), stdio: 'ignore', timeout: withinMs, killSignal: 'SIGALRM' },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (signal && byOthers.has(signal)) reject(new Error(`ended by ${signal}`));
      else resolve(code === 0);
    });
  });
}

module.exports = { makeBundle, prepare, writeModules };
