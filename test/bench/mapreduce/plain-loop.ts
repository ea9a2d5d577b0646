/**
 * What a Node user would write without MapReduce: one process, one loop, one Map. It has the
 * job's own tokeniser and writes sorted counts: `plain-loop <output> <file...>`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [output, ...files] = process.argv.slice(2);
const counts = new Map<string, number>();
for (const file of files) {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    for (const word of line.match(/\p{L}+/gu) ?? []) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
}
const lines = [...counts.keys()].sort().map((word) => `${word}\t${counts.get(word)}\n`);
writeFileSync(output as string, lines.join(''));
