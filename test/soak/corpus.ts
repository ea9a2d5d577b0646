/**
 * Small inputs that are not kind: weird bytes, long lines, files without a byte or without a
 * last newline, names with spaces, compressed files. All of it follows from the seed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Chance } from './chance.ts';

/** What the lines of a corpus are. `few`: text, but only few short lines. */
export type CorpusKind = 'text' | 'few' | 'pages' | 'log' | 'numbers' | 'bad' | 'pairs';

export interface CorpusFile {
  /** Below the corpus's folder. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** Lines that the job `bad-records` cannot digest. */
export const badLines = ['throw', 'exit', 'kill'];

const words = [
  ...['the', 'whale', 'Whale', 'and', 'é', 'naïve', '鯨', '🐋', 'ﬀ', 'e\u0301'],
  ...['constructor', '__proto__', 'toString', 'x\ty', '\\n', '\u2028', '\u0000', '-1'],
  ...['a', 'b', 'c', 'of', 'in', '\ufeffbom', 'ſ', 'ß', 'z'.repeat(300)],
];
/** Not UTF-8: a lone continuation, a cut letter, a surrogate, too many bytes. */
const noText = ['80', 'c3', 'eda080', 'f8888080', 'ff', 'c080'];

export function drawCorpus(kind: CorpusKind, chance: Chance): CorpusFile[] {
  const most = kind === 'few' || kind === 'bad' ? 4 : 12;
  const files = Array.from({ length: chance.between(1, most) }, (_, i) => {
    const folder = chance.in(20) ? `${chance.pick(['deep', 'with space', 'é'])}/` : '';
    return drawFile(kind, chance, `${folder}part ${i}.txt`);
  });
  // A corpus without a byte is a mistake, and not what is looked for here.
  const isEmpty = files.every(({ bytes }) => bytes.length === 0);
  return isEmpty ? [...files, { name: 'last.txt', bytes: Buffer.from('1\n') }] : files;
}

export function writeCorpus(files: readonly CorpusFile[], folder: string): void {
  for (const { name, bytes } of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

function drawFile(kind: CorpusKind, chance: Chance, name: string): CorpusFile {
  if (chance.in(8)) return { name, bytes: Buffer.alloc(0) };
  const most = kind === 'few' ? 6 : kind === 'bad' ? 60 : chance.pick([5, 100, 800]);
  const newline = chance.in(15) && kind !== 'bad' ? '\r\n' : '\n';
  const lines = Array.from({ length: chance.between(1, most) }, () =>
    drawLine(kind, chance),
  );
  const end = Buffer.from(newline);
  const parts = lines.flatMap((line) => [line, end]);
  const bytes = Buffer.concat(chance.in(30) ? parts.slice(0, -1) : parts);
  if (!chance.in(12)) return { name, bytes };
  return { name: `${name}.gz`, bytes: gzipSync(bytes) };
}

function drawLine(kind: CorpusKind, chance: Chance): Buffer {
  switch (kind) {
    case 'few':
      return Buffer.from(drawWords(chance, 3));
    case 'text':
      return drawText(chance);
    case 'numbers':
      return Buffer.from(String(chance.below(100_000)));
    case 'pairs':
      return Buffer.from(`${chance.pick(['k', 'é', ''])}${chance.below(9)}\tva lue`);
    case 'bad':
      return Buffer.from(chance.in(2) ? chance.pick(badLines) : drawWords(chance, 3));
    case 'log':
      return Buffer.from(
        chance.in(5)
          ? drawWords(chance, 5)
          : `h${chance.below(9)} - - [x] "GET /${chance.below(40)} HTTP/1.0" 200 12`,
      );
    case 'pages':
      return Buffer.from(`${drawUrl(chance)}\t${drawHtml(chance)}`);
  }
}

function drawWords(chance: Chance, most: number): string {
  const count = chance.below(most + 1);
  return Array.from({ length: count }, () => chance.pick(words)).join(' ');
}

function drawText(chance: Chance): Buffer {
  const line = Buffer.from(drawWords(chance, 12));
  if (chance.in(0.3)) return Buffer.alloc(chance.between(1, 200_000), 'long ');
  if (!chance.in(3)) return line;
  return Buffer.concat([line, Buffer.from(chance.pick(noText), 'hex'), line]);
}

function drawUrl(chance: Chance): string {
  return `http://host${chance.below(5)}.org/${chance.below(30)}`;
}

function drawHtml(chance: Chance): string {
  const links = Array.from({ length: chance.below(4) }, () =>
    chance.in(50) ? `<a href="${drawUrl(chance)}#x">` : `<A HREF=/${chance.below(9)}>`,
  );
  return `<p>${drawWords(chance, 6).replaceAll('\t', ' ')}</p>${links.join(' and ')}`;
}
