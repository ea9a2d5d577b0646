/**
 * The results that a summary shows: the largest counts, or the first by key. Output files are
 * read as a stream, and only as far as needed: no more than the results shown are in memory.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { OutputFormat } from '../mapreduce/formats.ts';
import { parsePairs } from '../mapreduce/pairs.ts';
import { compareKeys } from '../mapreduce/partition.ts';

type Pair = readonly [key: string, value: string];

/** The `top` results of all files together: by count where every value is one, else by key. */
export function listTop(
  files: readonly string[],
  format: OutputFormat,
  top: number,
): string[] {
  if (top === 0) return [];
  if (format === 'lines') return listFirstLines(files, top);
  const counts = new Best(top, isLarger);
  const first = new Best(top, isBefore);
  let areCounts = true;
  for (const file of files) {
    let read = 0;
    for (const line of readLines(file)) {
      // Keys are in order within a file: its first ones are enough, unless all are counted.
      if (read++ >= top && !areCounts) break;
      const pair = parseLine(line, format);
      areCounts &&= /^\d+$/.test(pair[1]);
      if (areCounts) counts.add(pair);
      if (read <= top) first.add(pair);
    }
  }
  if (!areCounts) return first.list().map(([key, value]) => `${key}  ${value}`);
  const shown = counts.list();
  // The first is the largest number, hence the widest.
  const width = shown[0]?.[1].length ?? 0;
  return shown.map(([key, value]) => `${value.padStart(width)}  ${key}`);
}

function listFirstLines(files: readonly string[], top: number): string[] {
  const lines: string[] = [];
  for (const file of files) {
    if (lines.length === top) break;
    for (const line of readLines(file)) if (lines.push(line) === top) break;
  }
  return lines;
}

function parseLine(line: string, format: OutputFormat): Pair {
  if (format === 'key-value') return parsePairs(`${line}\n`).next().value as Pair;
  const { key, value } = JSON.parse(line);
  return [key, value];
}

function isLarger([a, m]: Pair, [b, n]: Pair): boolean {
  const difference = Number(m) - Number(n);
  return difference === 0 ? compareKeys(a, b) < 0 : difference > 0;
}

function isBefore([a]: Pair, [b]: Pair): boolean {
  return compareKeys(a, b) < 0;
}

/** The best so many of what is added: a heap whose first one is the worst of them. */
class Best {
  readonly #size: number;
  readonly #isBetter: (a: Pair, b: Pair) => boolean;
  readonly #heap: Pair[] = [];

  constructor(size: number, isBetter: (a: Pair, b: Pair) => boolean) {
    this.#size = size;
    this.#isBetter = isBetter;
  }

  add(pair: Pair): void {
    const heap = this.#heap;
    if (heap.length === this.#size) {
      if (!this.#isBetter(pair, heap[0] as Pair)) return;
      this.#sink(pair);
      return;
    }
    let at = heap.push(pair) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBetter(heap[parent] as Pair, pair)) break;
      heap[at] = heap[parent] as Pair;
      at = parent;
    }
    heap[at] = pair;
  }

  /** The best one first. */
  list(): Pair[] {
    return this.#heap.toSorted((a, b) =>
      this.#isBetter(a, b) ? -1 : this.#isBetter(b, a) ? 1 : 0,
    );
  }

  /** Takes the place of the worst. */
  #sink(pair: Pair): void {
    const heap = this.#heap;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      const other = child + 1;
      if (other < heap.length && this.#isBetter(heap[child]!, heap[other]!)) {
        child = other;
      }
      if (!this.#isBetter(pair, heap[child] as Pair)) break;
      heap[at] = heap[child] as Pair;
      at = child;
    }
    heap[at] = pair;
  }
}

const readBytes = 256 * 1024;

/** Every line without its end, the last one also where it has none. */
function* readLines(path: string): Generator<string> {
  const descriptor = openSync(path, 'r');
  const bytes = Buffer.allocUnsafe(readBytes);
  const decoder = new StringDecoder('utf8');
  try {
    let rest = '';
    for (;;) {
      const count = readSync(descriptor, bytes, 0, bytes.length, null);
      if (count === 0) break;
      const text = decoder.write(bytes.subarray(0, count));
      rest += text;
      if (!text.includes('\n')) continue;
      const lines = rest.split('\n');
      rest = lines.pop() as string;
      yield* lines;
    }
    rest += decoder.end();
    if (rest !== '') yield rest;
  } finally {
    closeSync(descriptor);
  }
}
