/**
 * Sorted runs of pairs, and a cursor that goes through one of them. A run is bytes in memory
 * or a part of a file; a run in a file is read in chunks, so that its size does not matter.
 */
import { readSync } from 'node:fs';
import { unescapeText } from './pairs.ts';

/** Bytes `start` to `end` - 1 of an open file. */
export interface FileRun {
  readonly descriptor: number;
  readonly start: number;
  readonly end: number;
}

/** Pairs in the format of `pairs.ts`, in byte order of their keys; equal keys as emitted. */
export type Run = Buffer | FileRun;

export function runLength(run: Run): number {
  return Buffer.isBuffer(run) ? run.length : run.end - run.start;
}

const tab = 0x09;
const newline = 0x0a;
const backslash = 0x5c;

/** Stands on one pair of a run after the other. */
export class RunCursor {
  /** The place of the run among those that are merged: earlier runs come first. */
  readonly place: number;
  /** The key of this pair, without its escapes: valid until `next`. */
  key: Buffer = empty;
  keyStart = 0;
  keyEnd = 0;
  #bytes: Buffer;
  /** How many of `#bytes` are the run's. */
  #length: number;
  #valueStart = 0;
  #valueEnd = 0;
  #isPlainValue = true;
  /** Where the next pair begins. */
  #at = 0;
  readonly #file: FileRun | undefined;
  #filePosition = 0;

  constructor(run: Run, place: number, chunkBytes: number) {
    this.place = place;
    if (Buffer.isBuffer(run)) {
      this.#bytes = run;
      this.#length = run.length;
    } else {
      this.#file = run;
      this.#filePosition = run.start;
      this.#bytes = Buffer.allocUnsafe(Math.min(chunkBytes, run.end - run.start));
      this.#length = 0;
    }
  }

  /** Goes to the next pair; false: there is none. Throws where the run is not one. */
  next(): boolean {
    while (!this.#findPair()) {
      if (this.#fill()) continue;
      if (this.#at === this.#length) return false;
      const rest = this.#bytes.toString('utf8', this.#at, this.#length);
      throw new Error(`not a key-value line: ${rest.slice(0, 80)}`);
    }
    return true;
  }

  /** The value of this pair. */
  get value(): string {
    const start = this.#valueStart;
    const end = this.#valueEnd;
    if (this.#isPlainValue) return decodePlain(this.#bytes, start, end);
    return unescapeText(this.#bytes.toString('utf8', start, end));
  }

  /** Finds the ends of the key and the value; false: the bytes here end before the pair does. */
  #findPair(): boolean {
    const bytes = this.#bytes;
    const length = this.#length;
    let at = this.#at;
    let hasEscape = false;
    for (; at < length && bytes[at] !== tab; at++) {
      if (bytes[at] === backslash) hasEscape = true;
      if (bytes[at] === newline) return false;
    }
    if (at >= length) return false;
    const keyEnd = at++;
    this.#valueStart = at;
    let isPlain = true;
    for (; at < length && bytes[at] !== newline; at++) {
      if (bytes[at] === backslash || (bytes[at] as number) > 0x7f) isPlain = false;
    }
    if (at >= length) return false;
    this.#valueEnd = at;
    this.#isPlainValue = isPlain;
    this.key = bytes;
    this.keyStart = this.#at;
    this.keyEnd = keyEnd;
    this.#at = at + 1;
    if (hasEscape) this.#unescapeKey();
    return true;
  }

  #unescapeKey(): void {
    const text = this.key.toString('utf8', this.keyStart, this.keyEnd);
    this.key = Buffer.from(unescapeText(text));
    this.keyStart = 0;
    this.keyEnd = this.key.length;
  }

  /** Reads on behind what is left of the chunk; false: there is no more. */
  #fill(): boolean {
    if (!this.#file || this.#filePosition === this.#file.end) return false;
    const rest = this.#length - this.#at;
    const chunk = this.#bytes;
    // A pair that is longer than the chunk needs a larger one.
    if (rest === chunk.length) this.#bytes = Buffer.allocUnsafe(2 * chunk.length);
    chunk.copy(this.#bytes, 0, this.#at, this.#length);
    const wanted = Math.min(
      this.#bytes.length - rest,
      this.#file.end - this.#filePosition,
    );
    const { descriptor } = this.#file;
    const count = readSync(descriptor, this.#bytes, rest, wanted, this.#filePosition);
    if (count === 0) throw new Error('a file of sorted pairs has become shorter');
    this.#filePosition += count;
    this.#at = 0;
    this.#length = rest + count;
    return true;
  }
}

const empty = Buffer.alloc(0);

/** Decodes ASCII; short texts without a call into Node. */
function decodePlain(bytes: Buffer, start: number, end: number): string {
  switch (end - start) {
    case 0:
      return '';
    case 1:
      return String.fromCharCode(bytes[start]!);
    case 2:
      return String.fromCharCode(bytes[start]!, bytes[start + 1]!);
    default:
      return bytes.toString('latin1', start, end);
  }
}
