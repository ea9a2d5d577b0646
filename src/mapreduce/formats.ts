/**
 * What one record is, and what one line of output: the formats that a run can read and write.
 * A compressed file has no place where it could be cut, and a file that is one record has none
 * either: such a file is one split, and its records are counted in the text that it holds.
 *
 * Source: OSDI '04, section 4.4, "Input and Output Types".
 */
import { LineReader } from './lines.ts';
import { unescapeText } from './pairs.ts';
import type { SplitBytes } from './splits.ts';

export const inputFormats = ['lines', 'key-value', 'json-lines', 'whole-file'] as const;
export type InputFormat = (typeof inputFormats)[number];

export const outputFormats = ['key-value', 'json-lines', 'lines'] as const;
export type OutputFormat = (typeof outputFormats)[number];

export type Compression = 'gzip' | 'brotli' | 'zstd';

/** By the ends of names; undefined: as it is. */
export function findCompression(name: string): Compression | undefined {
  if (name.endsWith('.gz')) return 'gzip';
  if (name.endsWith('.br')) return 'brotli';
  return name.endsWith('.zst') ? 'zstd' : undefined;
}

/** Texts of records, one after the other, and where each begins. */
export interface RecordReader {
  readonly offset: number;
  next(): string | undefined;
}

export function openRecords(
  { bytes }: SplitBytes,
  format: InputFormat = 'lines',
): RecordReader {
  if (format !== 'whole-file') return new LineReader(bytes);
  const texts = bytes.length === 0 ? [] : [bytes.toString()];
  return { offset: 0, next: () => texts.pop() };
}

/** The key and the value of a record where they are not its place and its text. */
export type ParseRecord = (text: string) => {
  readonly key?: string;
  readonly value: unknown;
};

/** Undefined: the map function takes the text. What it returns throws on a bad record. */
export function chooseParser(format: InputFormat = 'lines'): ParseRecord | undefined {
  if (format === 'json-lines') return (text) => ({ value: JSON.parse(text) });
  return format === 'key-value' ? parsePair : undefined;
}

function parsePair(line: string) {
  const tab = line.indexOf('\t');
  if (tab === -1) throw new Error('not a key-value line: it has no tab');
  return {
    key: unescapeText(line.slice(0, tab)),
    value: unescapeText(line.slice(tab + 1)),
  };
}
