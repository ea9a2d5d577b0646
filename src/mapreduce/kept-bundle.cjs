/**
 * Bundles of our own modules that are kept beside the packages, and made again as soon as one
 * of their files has changed. JavaScript, not TypeScript: this is what loads the TypeScript.
 */
// @ts-check
const {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} = require('node:fs');
const { basename, join, parse, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');
const { asFunction, bundleOptions, filesOfWat, root } = require('./bundle-options.cjs');

const kept = join(root, 'node_modules/.cache/rpc-lecture-companion');
/** They say how all of them are made. */
const makers = ['kept-bundle.cjs', 'bundle-options.cjs', 'compile-modules.cjs'].map(
  (name) => `src/mapreduce/${name}`,
);
const { root: top } = parse(root);
const sourceRoot = pathToFileURL(top).href;
/** A command that started longer ago has loaded all its modules. */
const outdatedMs = 3_600_000;

/**
 * How a bundle was asked for, where it is, and of which files it is, each with its stamp.
 * @typedef {{ wish: string, folder: string, files: Record<string, string> }} Note
 */

/**
 * Resolves with the folder in which `<entry>.mjs` or `.cjs` is the bundle of each entry's file;
 * undefined: nothing can be kept here, or a file has changed meanwhile. Rejects where the
 * files do not compile. What is split is for `loadCompiled`.
 *
 * @param {string} name of what is kept: a word, also of a file
 * @param {Record<string, string>} entryPoints by entry, the file
 * @param {import('esbuild').BuildOptions} options
 * @param {boolean} isCompiled true: beside each there is what V8 makes of it
 * @returns {Promise<string | undefined>}
 */
async function keepBundle(name, entryPoints, options, isCompiled = false) {
  const { version, arch } = process;
  const compiledBy = isCompiled ? `${version} ${arch}` : undefined;
  const wish = JSON.stringify({ root, sourceRoot, entryPoints, options, compiledBy });
  return (
    findKept(name, wish) ??
    (await makeBundle(name, wish, entryPoints, options, isCompiled))
  );
}

/**
 * The folder that is kept, if its files are still as they were.
 * @param {string} name
 * @param {string} wish
 */
function findKept(name, wish) {
  try {
    /** @type {Note} */
    const note = JSON.parse(readFileSync(noteFile(name), 'utf8'));
    const isFresh = Object.entries(note.files).every(([file, stamp]) =>
      isStampOf(file, stamp),
    );
    const folder = join(kept, note.folder);
    accessSync(folder, constants.R_OK | constants.X_OK);
    if (!isFresh || note.wish !== wish) return undefined;
    noteUse(folder);
    return folder;
  } catch {
    return undefined;
  }
}

/**
 * Whoever has started lately may still have something to load from it.
 * @param {string} folder
 */
function noteUse(folder) {
  const now = new Date();
  try {
    utimesSync(folder, now, now);
  } catch {
    // Another user's: theirs alone remove it.
  }
}

/**
 * @param {string} name
 * @param {string} wish
 * @param {Record<string, string>} entryPoints
 * @param {import('esbuild').BuildOptions} options
 * @param {boolean} isCompiled
 */
async function makeBundle(name, wish, entryPoints, options, isCompiled) {
  const begunMs = Date.now();
  // Most starts bundle nothing, and are not to load what does.
  const esbuild = require('esbuild');
  if (!canKeep()) return undefined;
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
  const outputs = options.splitting
    ? await makeFunctions(outputFiles, esbuild)
    : outputFiles;
  const inputs = Object.keys(metafile.inputs);
  const evaluated = inputs.flatMap((file) => filesOfWat.get(resolve(root, file)) ?? []);
  const files = [...new Set([...inputs, ...evaluated, ...makers, 'package-lock.json'])];
  let folder = '';
  try {
    // Nobody knows whether the bundle has it as it was or as it is.
    if (files.some((file) => changeMs(file) > begunMs)) return undefined;
    folder = mkdtempSync(join(kept, `${name}-`));
    // Whoever may read the sources may read the bundle.
    chmodSync(folder, 0o755);
    for (const { path, text } of outputs) {
      const file = join(folder, basename(path));
      const hasMap = outputs.some((output) => output.path === `${path}.map`);
      // For debuggers; nobody else reads it before somebody looks at a stack.
      const url = hasMap ? `//# sourceMappingURL=${pathToFileURL(`${file}.map`)}\n` : '';
      writeFileSync(file, `${text}${url}`);
    }
    if (isCompiled) compile(outputFiles.map(({ path }) => join(folder, basename(path))));
    writeNote(name, { wish, folder: basename(folder), files: stampAll(files) });
    removeOutdated(name, folder);
    return folder;
  } catch {
    // No right to write, no room, a file that has gone meanwhile, or Ctrl-C: it does without.
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
}

/** Looked at before anything is made: it takes its time. */
function canKeep() {
  try {
    mkdirSync(kept, { recursive: true });
    accessSync(kept, constants.W_OK);
    return true;
  } catch {
    return false;
  }
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
 * @param {readonly import('esbuild').OutputFile[]} modules
 * @param {typeof import('esbuild')} esbuild
 */
async function makeFunctions(modules, { build }) {
  const made = modules.map(async ({ path, text }) => {
    const { outputFiles } = await build({
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
 * Without anybody's flags: V8 takes it from then on where no flag changes what it compiles.
 * @param {readonly string[]} modules
 */
function compile(modules) {
  const program = join(root, 'src/mapreduce/compile-modules.cjs');
  const { NODE_OPTIONS: _, ...env } = process.env;
  // Most starts compile nothing, and are not to load what does.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { status } = spawnSync(process.execPath, [program, ...modules], {
    ...{ env, stdio: 'ignore' },
  });
  if (status !== 0) throw new Error('they were not compiled');
}

/**
 * In one move: who starts at the same time finds this folder or the one before.
 * @param {string} name
 * @param {Note} note
 */
function writeNote(name, note) {
  const draft = join(kept, `${note.folder}.json`);
  writeFileSync(draft, JSON.stringify(note));
  renameSync(draft, noteFile(name));
}

/** @param {readonly string[]} files */
function stampAll(files) {
  return Object.fromEntries(files.map((file) => [file, stampOf(file)]));
}

/**
 * Folders of files as they were once.
 * @param {string} name
 * @param {string} current
 */
function removeOutdated(name, current) {
  const isOurs = new RegExp(`^${name}-.{6}$`);
  for (const other of readdirSync(kept).filter((entry) => isOurs.test(entry))) {
    const folder = join(kept, other);
    const { mtimeMs = Date.now() } = statSync(folder, { throwIfNoEntry: false }) ?? {};
    const isOutdated = folder !== current && Date.now() - mtimeMs > outdatedMs;
    if (isOutdated) rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} name */
function noteFile(name) {
  return join(kept, `${name}.json`);
}

/**
 * In whole milliseconds, as a clock gives them.
 * @param {string} file
 */
function changeMs(file) {
  return Math.floor(statSync(resolve(root, file)).mtimeMs);
}

/** @param {string} file */
function stampOf(file) {
  const { mtimeMs, size } = statSync(resolve(root, file));
  return `${mtimeMs} ${size}`;
}

/**
 * Whether the file is as it was. An image of a container keeps whole seconds only, up or down:
 * when it has been pushed, or saved, its files have lost the rest of their times.
 * @param {string} file
 * @param {string} stamp
 */
function isStampOf(file, stamp) {
  if (stampOf(file) === stamp) return true;
  const { mtimeMs, size } = statSync(resolve(root, file));
  const [thenMs = 0, thenSize] = stamp.split(' ').map(Number);
  return size === thenSize && mtimeMs % 1000 === 0 && Math.abs(mtimeMs - thenMs) < 1000;
}

module.exports = { keepBundle };
