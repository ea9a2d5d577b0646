/**
 * Writes what V8 makes of modules, all of their functions, beside them as `<module>.code`, with
 * a checksum of both at its end:
 *
 *     node compile-modules.cjs <module>...
 *
 * A process of its own: V8 takes such code only where its flags are the same, and whoever
 * bundles may have been started with others.
 */
// @ts-check
const { readFileSync, writeFileSync } = require('node:fs');
const { basename } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

for (const file of process.argv.slice(2)) {
  const source = readFileSync(file, 'utf8');
  // Not only those functions that run at once.
  setFlagsFromString('--no-lazy');
  const script = new Script(source, { filename: basename(file) });
  setFlagsFromString('--lazy');
  const code = script.createCachedData();
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(code, crc32(source)));
  writeFileSync(`${file}.code`, Buffer.concat([code, checksum]));
}
