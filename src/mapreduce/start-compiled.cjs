/**
 * Runs a module of ours with the code that V8 has compiled for it when it was bundled, so that
 * a process or a thread is up earlier by what its compiler takes. Where that code is missing,
 * damaged, or of another version of Node, V8 compiles the module as ever.
 *
 *     node start-compiled.cjs <module> …
 *
 * Node 22 can do as much by itself, `module.enableCompileCache`; Node 20 cannot.
 */
// @ts-check
const { readFileSync } = require('node:fs');
const { basename, dirname } = require('node:path');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

const [, , file = ''] = process.argv;
process.argv.splice(1, 1);

/** Code that was compiled before has no `import` of its own: it is lent ours. */
Object.assign(globalThis, {
  [Symbol.for('mapreduce.import')]: (/** @type {string} */ url) => import(url),
});

const source = readFileSync(file, 'utf8');
const script = new Script(source, { filename: basename(file), cachedData: readCode() });
const run = script.runInThisContext();
run(exports, require, module, file, dirname(file));

/** V8 itself looks at lengths only, and would run whatever is there. */
function readCode() {
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
