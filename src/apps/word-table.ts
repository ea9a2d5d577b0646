/**
 * Counts the words of a text in WebAssembly, 64 bytes at a time. What it knows lies in one piece
 * of memory: the table, the different words, and the text.
 */
import { markLetters } from './utf8-letters.ts';
import { binary, blockBytes, countAt, keptAt, orderAt } from './word-table.wat.ts';

/** What `word-table.wat.ts` exports; TypeScript knows WebAssembly only in browsers. */
interface WordTable {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly words: { value: number };
  readonly keptEnd: { value: number };
  count(at: number, end: number): number;
}
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { exports: WordTable };
};

const pageBytes = 1 << 16;
/** All of the memory: it is another array when the memory has grown. */
let bytes = new Uint8Array();
const { memory, count, words, keptEnd } = instantiate();

/**
 * Calls `take` with each different word and how often it comes. Where the table is full in between,
 * it begins anew: then a word may come several times, and the sum is how often.
 */
export function countWords(text: Uint8Array, take: TakeCount): void {
  // All words, with what stands behind each, are at most as long as the text.
  const start = keptAt + text.length + blockBytes;
  const end = start + text.length;
  makeRoom(end + 2 * blockBytes);
  bytes.set(text, start);
  // Before and behind it is no letter.
  bytes.fill(0, start - blockBytes, start);
  bytes.fill(0, end, end + 2 * blockBytes);
  for (let at = start; at < end; ) {
    bytes.fill(0, 0, orderAt);
    words.value = 0;
    keptEnd.value = keptAt;
    // WebAssembly's numbers have no sign of their own.
    at = count(at, end) >>> 0;
    takeAll(take);
  }
}

export type TakeCount = (word: string, count: number) => void;

function takeAll(take: TakeCount): void {
  const kept = Buffer.from(memory.buffer).toString('utf8', keptAt, keptEnd.value);
  const numbers = new Uint32Array(memory.buffer);
  const order = numbers.subarray(orderAt / 4, orderAt / 4 + words.value);
  let start = 0;
  for (const slot of order) {
    const end = kept.indexOf('\n', start);
    take(kept.slice(start, end), numbers[(slot + countAt) / 4]!);
    start = end + 1;
  }
}

function makeRoom(needed: number): void {
  const missing = Math.ceil((needed - memory.buffer.byteLength) / pageBytes);
  if (missing > 0) memory.grow(missing);
  if (bytes.buffer !== memory.buffer) bytes = new Uint8Array(memory.buffer);
}

function instantiate(): WordTable {
  const letters = { mark: (at: number) => markLetters(bytes, at >>> 0) };
  return new WebAssembly.Instance(new WebAssembly.Module(binary), { letters }).exports;
}
