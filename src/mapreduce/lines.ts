/**
 * The lines of some bytes, one after the other. Text is decoded a chunk at a time, as ASCII,
 * which is what nearly all of it is and costs next to nothing; a line with any other
 * character is decoded again, alone, as UTF-8. Bytes that are not UTF-8 read as U+FFFD.
 */
const decodedBytes = 64 * 1024;
const newline = 0x0a;
const carriageReturn = 0x0d;

export class LineReader {
  /** Where the line that `next` returned last begins. */
  offset = 0;
  readonly #bytes: Buffer;
  /** The chunk, each byte as the character of that number, and where it begins. */
  #text = '';
  #textOffset = 0;
  /** Where in the chunk the next line begins, and the next byte that is not ASCII is. */
  #at = 0;
  #nextForeign = Number.POSITIVE_INFINITY;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The next line without its end; undefined: there is none. */
  next(): string | undefined {
    if (this.#at === this.#text.length && !this.#readChunk()) return undefined;
    const text = this.#text;
    const start = this.#at;
    const found = text.indexOf('\n', start);
    const lineEnd = found === -1 ? text.length : found;
    this.#at = found === -1 ? lineEnd : lineEnd + 1;
    this.offset = this.#textOffset + start;
    const hasReturn = found > start && text.charCodeAt(lineEnd - 1) === carriageReturn;
    const end = hasReturn ? lineEnd - 1 : lineEnd;
    if (lineEnd <= this.#nextForeign) return text.slice(start, end);
    this.#nextForeign = findForeign(text, this.#at);
    return this.#bytes.toString('utf8', this.offset, this.#textOffset + end);
  }

  /** Whole lines, of about `decodedBytes` together; more only where one line is longer. */
  #readChunk(): boolean {
    const bytes = this.#bytes;
    const start = this.#textOffset + this.#text.length;
    if (start === bytes.length) return false;
    const end = endOfLine(bytes, start, start + decodedBytes);
    this.#text = bytes.toString('latin1', start, end);
    this.#textOffset = start;
    this.#at = 0;
    this.#nextForeign = findForeign(this.#text, 0);
    return true;
  }
}

/**
 * The same bytes as chunks of whole lines with their ends, and where each begins. A chunk has
 * at most `maxBytes`; more only where one line is longer.
 */
export function* listChunks(
  bytes: Buffer,
  maxBytes: number,
): Generator<[offset: number, chunk: Buffer]> {
  for (let start = 0; start < bytes.length; ) {
    const end = endOfLine(bytes, start, start + maxBytes);
    yield [start, bytes.subarray(start, end)];
    start = end;
  }
}

/** Behind the last newline before `end`; where there is none, behind the first after it. */
function endOfLine(bytes: Buffer, start: number, end: number): number {
  if (end >= bytes.length) return bytes.length;
  const last = bytes.lastIndexOf(newline, end - 1);
  if (last >= start) return last + 1;
  const first = bytes.indexOf(newline, end);
  return first === -1 ? bytes.length : first + 1;
}

function findForeign(text: string, from: number): number {
  foreign.lastIndex = from;
  return foreign.exec(text)?.index ?? Number.POSITIVE_INFINITY;
}

const foreign = /[\x80-\xff]/g;
