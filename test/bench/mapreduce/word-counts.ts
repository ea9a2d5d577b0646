/**
 * Answers of word counts, in any of the contenders' formats, compared with what the corpus's
 * generator counted. A fast wrong answer is no answer.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Counts = ReadonlyMap<string, number>;

/** `word<tab>count`, or `count word` as uniq writes it. */
const formats = {
  pairs: /^(?<word>[^\t]+)\t(?<count>\d+)$/,
  uniq: /^ *(?<count>\d+) (?<word>.+)$/,
};
export type CountFormat = keyof typeof formats;

/** Reads a file, or all files of a folder. Throws on a line that is no count, or counted twice. */
export function readCounts(path: string, format: CountFormat): Counts {
  const counts = new Map<string, number>();
  for (const file of listFiles(path)) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      // For tr the text before the first word is a word, an empty one.
      if (line === '' || (format === 'uniq' && /^ *\d+ $/.test(line))) continue;
      const groups = formats[format].exec(line)?.groups;
      if (!groups) throw new Error(`not a count: ${line.slice(0, 60)}`);
      const word = groups.word as string;
      if (counts.has(word)) throw new Error(`counted twice: ${word}`);
      counts.set(word, Number(groups.count));
    }
  }
  return counts;
}

function listFiles(path: string): string[] {
  try {
    return readdirSync(path).map((name) => join(path, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}

/** Throws with the first word that was counted wrong. */
export function checkCounts(found: Counts, expected: Counts): void {
  for (const word of new Set([...expected.keys(), ...found.keys()])) {
    if (found.get(word) === expected.get(word)) continue;
    throw new Error(
      `WRONG ANSWER: ${word} ${found.get(word) ?? 0} times, not ${expected.get(word) ?? 0}`,
    );
  }
}
