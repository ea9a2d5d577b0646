/**
 * Runs modules of ours with the code that V8 has compiled for them when they were bundled, so
 * that a process or a thread is up earlier by what its compiler takes. Where that code is
 * missing, damaged, or of another version of Node, V8 compiles the module as ever.
 *
 *     node start-compiled.cjs <module> …
 *
 * Node 22 can do as much by itself, `module.enableCompileCache`; Node 20 cannot.
 */
// @ts-check
const { readFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

/** Code that was compiled before has no `import` of its own: it is lent ours. */
Object.assign(globalThis, {
  [Symbol.for('mapreduce.import')]: (/** @type {string} */ url) => import(url),
});

/** @type {Map<string, { exports: object }>} */
const loaded = new Map();

/**
 * What the module at `file` exports. It is the function that Node would make of a CommonJS
 * module; what it requires with `./` is another one, beside it.
 *
 * @param {string} file
 * @returns {object}
 */
function loadCompiled(file) {
  const known = loaded.get(file);
  if (known) return known.exports;
  const source = readFileSync(file, 'utf8');
  const cachedData = readCode(file, source);
  const run = new Script(source, { filename: basename(file), cachedData });
  const folder = dirname(file);
  const requireFrom = (/** @type {string} */ id) =>
    id.startsWith('./') ? loadCompiled(join(folder, id)) : require(id);
  Object.assign(requireFrom, { resolve: require.resolve });
  const module = { exports: {} };
  loaded.set(file, module);
  try {
    run.runInThisContext()(module.exports, requireFrom, module, file, folder);
  } catch (error) {
    // Whoever asks again is not to get half of it.
    loaded.delete(file);
    throw error;
  }
  return module.exports;
}

/**
 * V8 itself looks at lengths only, and would run whatever is there.
 * @param {string} file
 * @param {string} source
 */
function readCode(file, source) {
  try {
    const bytes = readFileSync(`${file}.code`);
    const code = bytes.subarray(0, -4);
    return bytes.readUInt32BE(code.length) === crc32(code, crc32(source))
      ? code
      : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { loadCompiled };

if (require.main === module) {
  const [, , file = ''] = process.argv;
  process.argv.splice(1, 1);
  loadCompiled(file);
}
