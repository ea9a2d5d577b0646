/**
 * Bundles of our own modules that are kept beside the packages, and made again as soon as one
 * of our files has changed, or npm a package. JavaScript, not TypeScript: this is what loads the
 * TypeScript.
 */
// @ts-check
const {
  accessSync,
  chmodSync,
  constants,
  existsSync,
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
const { basename, join, relative } = require('node:path');
const { root, sourceRoot } = require('./bundle-options.cjs');

const kept = join(root, 'node_modules/.cache/rpc-lecture-companion');
/** They say how all of them are made. */
const makers = [
  'src/mapreduce/kept-bundle.cjs',
  'src/mapreduce/make-bundle.cjs',
  'src/mapreduce/bundle-options.cjs',
  'src/mapreduce/compile-modules.cjs',
  'src/mapreduce/make-snapshot.cjs',
];
const isOfPackage = /^node_modules\//;
/** npm writes it whenever it has changed a package: then nobody need look at each file of theirs. */
const npmNote = 'node_modules/.package-lock.json';
/** A command that started longer ago has loaded all its modules. */
const outdatedMs = 3_600_000;

/**
 * How a bundle was asked for, where it is, and of which files it is, each with its stamp.
 * @typedef {{ wish: string, folder: string, files: Record<string, string> }} Note
 */

/** @typedef {import('./make-bundle.cjs').Preparation} Preparation */

/**
 * Resolves with the folder in which `<entry>.mjs` or `.cjs` is the bundle of each entry's file;
 * undefined: nothing can be kept here, or a file has changed meanwhile. Rejects where the
 * files do not compile. What is split is for `loadCompiled`.
 *
 * @param {string} name of what is kept: a word, also of a file
 * @param {Record<string, string>} entryPoints by entry, the file
 * @param {import('esbuild').BuildOptions} options
 * @param {Preparation} preparation
 * @returns {Promise<string | undefined>}
 */
async function keepBundle(name, entryPoints, options, preparation = {}) {
  const { version, arch } = process;
  const preparedBy = preparation.isCompiled ? `${version} ${arch}` : undefined;
  const wish = JSON.stringify({
    ...{ root, sourceRoot, entryPoints, options, preparation, preparedBy },
  });
  return (
    findKept(name, wish) ??
    (await makeKept(name, wish, entryPoints, options, preparation))
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
 * @param {Preparation} preparation
 */
async function makeKept(name, wish, entryPoints, options, preparation) {
  const begunMs = Date.now();
  // Most starts bundle nothing, and are not to load what does.
  const { makeBundle, prepare, writeModules } = require('./make-bundle.cjs');
  if (!canKeep()) return undefined;
  const { modules, sources } = await makeBundle(entryPoints, options);
  const files = listFiles(sources);
  let folder = '';
  try {
    // What changes from now on is another file than the bundle has.
    const stamps = stampAll(files);
    // Nobody knows whether the bundle has it as it was or as it is.
    if (files.some((file) => changeMs(file) > begunMs)) return undefined;
    folder = mkdtempSync(join(kept, `${name}-`));
    // Whoever may read the sources may read the bundle.
    chmodSync(folder, 0o755);
    writeModules(modules, folder);
    const prepared = await prepare(modules, folder, preparation);
    const ofPrepared = stampAll(prepared.map((file) => relative(root, file)));
    const noted = { ...stamps, ...ofPrepared };
    writeNote(name, { wish, folder: basename(folder), files: noted });
    removeOutdated(name, folder);
    return folder;
  } catch {
    // No right to write, no room, a file that has gone meanwhile, or Ctrl-C: it does without.
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
}

/**
 * Those that a bundle is as old as.
 * @param {readonly string[]} sources
 */
function listFiles(sources) {
  const isNoted = existsSync(join(root, npmNote));
  const changing = sources.filter((file) => !isNoted || !isOfPackage.test(file));
  const notes = isNoted ? [npmNote] : [];
  return [...new Set([...changing, ...makers, 'package-lock.json', ...notes])];
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
  return Math.floor(look(file).mtimeMs);
}

/** @param {string} file */
function stampOf(file) {
  const { mtimeMs, size } = look(file);
  return `${mtimeMs} ${size}`;
}

/**
 * Every start looks at some hundred files, and joining their paths properly takes as long as that.
 * @param {string} file
 */
function look(file) {
  return statSync(`${root}/${file}`);
}

/**
 * Whether the file is as it was. An image of a container keeps whole seconds only, up or down:
 * when it has been pushed, or saved, its files have lost the rest of their times.
 * @param {string} file
 * @param {string} stamp
 */
function isStampOf(file, stamp) {
  if (stampOf(file) === stamp) return true;
  const { mtimeMs, size } = look(file);
  const [thenMs = 0, thenSize] = stamp.split(' ').map(Number);
  return size === thenSize && mtimeMs % 1000 === 0 && Math.abs(mtimeMs - thenMs) < 1000;
}

module.exports = { keepBundle };
