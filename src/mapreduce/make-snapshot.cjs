/**
 * Runs a module of ours while Node makes a snapshot of the process: its heap, with all that it
 * has loaded. A process that starts from that file has loaded it, too, if its V8 has the same tag:
 * that is in `<module>.tag`.
 *
 *     node --snapshot-blob <file> --build-snapshot make-snapshot.cjs <module>
 */
// @ts-check
const { readFileSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { cachedDataVersionTag } = require('node:v8');
const { runInThisContext } = require('node:vm');

// Of all modules `require` knows only Node's own here: this one must be all by itself.
const [, , file = ''] = process.argv;
const run = runInThisContext(readFileSync(file, 'utf8'), file);
run({}, require, { exports: {} }, file, dirname(file));
writeFileSync(`${file}.tag`, `${cachedDataVersionTag()}`);
