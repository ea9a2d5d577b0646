/**
 * Splits: the input cut into byte ranges, one per map task, and the records of one range.
 * A record is a line; it belongs to the split in which its first byte lies, and its end is
 * read from beyond the split where necessary. So planning needs no look into the files, and
 * neither a line nor a character is ever cut.
 *
 * Source: OSDI '04, section 3.1, "splits the input files into M pieces".
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Compression, InputFormat } from './formats.ts';
import type { RecordKey } from './job.ts';
import { LineReader } from './lines.ts';

/** Bytes `start` to `end` - 1 of a file. */
export interface Split {
  /** Absolute path. */
  readonly file: string;
  /** What jobs and people see; differs from that of every other input file. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** What a record is; undefined: what the job says. */
  readonly format?: InputFormat;
  /** What it is where the job does not say either; undefined: a line. */
  readonly fallback?: InputFormat;
  /** Set: the split is the whole file, and its records are in what that holds. */
  readonly compression?: Compression;
  /** What the whole file was like when the job was planned; undefined: it is not checked. */
  readonly version?: FileVersion;
  /** Of the records of the split when the job was planned; undefined: it is not checked. */
  readonly crc32?: number;
}

/** What tells a file from what it was before: enough for all that `make` can tell. */
export interface FileVersion {
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** The input is not, or no longer, what the job was planned for: no fault of its functions. */
export class SplitError extends Error {
  override readonly name = 'SplitError';
}

export interface InputFile {
  readonly file: string;
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs?: number;
}

/** How many ranges a file of `bytes` is cut into: to know before they are made. */
export function countSplits(bytes: number, splitBytes: number): number {
  return Math.ceil(bytes / splitBytes);
}

const tasksPerWorker = 8;
const minSplitBytes = 512 * 1024;
const maxSplitBytes = 64 * 1024 * 1024;

/**
 * A split size that gives every worker several map tasks, so that all end at about the same
 * time, and each task enough bytes to be worth its start.
 * Source: OSDI '04, section 3.5, "16 MB to 64 MB of input data".
 */
export function chooseSplitBytes(inputBytes: number, workers: number): number {
  // A little more than its share: of files that are nearly equal none leaves a tiny rest.
  const share = Math.ceil((1.0625 * inputBytes) / (workers * tasksPerWorker));
  return Math.min(Math.max(share, minSplitBytes), maxSplitBytes);
}

/** Cuts each file into ranges of `splitBytes`, in the order of the files. Empty files give none. */
export function planSplits(files: readonly InputFile[], splitBytes: number): Split[] {
  return files.flatMap(({ file, name, bytes, modifiedMs }) => {
    const version = modifiedMs === undefined ? {} : { version: { bytes, modifiedMs } };
    return Array.from({ length: countSplits(bytes, splitBytes) }, (_, i) => ({
      file,
      name,
      start: i * splitBytes,
      end: Math.min(bytes, (i + 1) * splitBytes),
      ...version,
    }));
  });
}

/** The bytes of the records of a split: whole lines, beginning at `offset` of the file. */
export interface SplitBytes {
  readonly name: string;
  readonly offset: number;
  readonly bytes: Buffer;
  readonly format?: InputFormat | undefined;
  readonly fallback?: InputFormat;
}

const newline = 0x0a;
const readAheadBytes = 64 * 1024;

/**
 * Reads the records that begin in `split`. Throws a SplitError when the file cannot be read, or
 * is not what it was when the job was planned: half of the old one and half of the new one
 * would be an answer to no question.
 */
export function readSplit(split: Split): SplitBytes {
  const bytes = readAheadBytes + split.end - split.start + 1;
  const records = readInto(Buffer.allocUnsafe(bytes), split);
  checkSum(crc32(records.bytes), split);
  return records;
}

function readInto(buffer: Buffer, split: Split): SplitBytes {
  const descriptor = openInput(split.file);
  try {
    const stored = readFrom(descriptor, split, buffer);
    // Looked at afterwards, so that a change while we were reading is seen too.
    checkVersion(descriptor, split);
    const { format, fallback } = split;
    return { ...stored, format, ...(fallback && { fallback }) };
  } catch (error) {
    if (error instanceof SplitError) throw error;
    throw new SplitError(`input ${split.file} cannot be read: ${textOf(error)}`);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The same records, piece by piece, so that a split's size does not matter: a piece is a
 * smaller split, and valid until the next. Of a compressed file it is what is stored. Throws
 * as `readSplit` does.
 */
export function* readStored(split: Split, pieceBytes: number): Generator<SplitBytes> {
  const wholeBytes = split.end - split.start;
  const step =
    split.format === 'whole-file' ? wholeBytes : Math.min(pieceBytes, wholeBytes);
  const buffer = Buffer.allocUnsafe(readAheadBytes + step + 1);
  let sum = 0;
  for (let start = split.start; start < split.end; start += step) {
    const end = Math.min(start + step, split.end);
    const piece = readInto(buffer, { ...split, start, end });
    if (split.crc32 !== undefined) sum = crc32(piece.bytes, sum);
    yield piece;
  }
  checkSum(sum, split);
}

/** `sum` is that of all records. */
function checkSum(sum: number, split: Split): void {
  if (split.crc32 === undefined || sum === split.crc32) return;
  throw new SplitError(`input ${split.file} is damaged: it is not what was written`);
}

/** Throws a SplitError. */
export function openInput(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new SplitError(`input ${file} cannot be read: ${textOf(error)}`);
  }
}

function textOf(error: unknown): string {
  return (error as Error).message;
}

/** Throws a SplitError where the open file is not what the job was planned for. */
export function checkVersion(descriptor: number, { file, version }: Split): void {
  if (!version) return;
  const { size, mtimeMs } = fstatSync(descriptor);
  if (size === version.bytes && mtimeMs === version.modifiedMs) return;
  const how =
    size === version.bytes
      ? 'it was written to'
      : `${version.bytes} bytes then, ${size} now`;
  throw new SplitError(
    `input ${file} has changed since the job started (${how}): run it again`,
  );
}

function readFrom(
  descriptor: number,
  { file, name, start, end }: Split,
  buffer: Buffer,
): SplitBytes {
  // One byte early: a record begins at `start` exactly if a newline stands before it.
  const from = Math.max(0, start - 1);
  const bytes = readRange(
    descriptor,
    from,
    buffer.subarray(0, end - from + readAheadBytes),
  );
  if (bytes.length < end - from) {
    throw new SplitError(`input ${file} is shorter than when the job started`);
  }
  const first = start === 0 ? 0 : bytes.indexOf(newline) + 1;
  const hasNone = (start > 0 && first === 0) || from + first >= end;
  if (hasNone) return { name, offset: end, bytes: Buffer.alloc(0) };
  const offset = from + first;
  const last = bytes.indexOf(newline, end - 1 - from);
  if (last !== -1) return { name, offset, bytes: bytes.subarray(first, last + 1) };
  const rest = readLineEnd(descriptor, from + bytes.length);
  return { name, offset, bytes: Buffer.concat([bytes.subarray(first), ...rest]) };
}

/** The lines of a split with their keys. Bytes that are not UTF-8 read as U+FFFD. */
export function* readRecords(split: SplitBytes): Generator<[RecordKey, string]> {
  const lines = new LineReader(split.bytes);
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    yield [{ file: split.name, offset: split.offset + lines.offset }, line];
  }
}

/** Fills `buffer` from there on; returns less of it where the file ends before. */
function readRange(descriptor: number, from: number, buffer: Buffer): Buffer {
  let length = 0;
  while (length < buffer.length) {
    const wanted = buffer.length - length;
    const count = readSync(descriptor, buffer, length, wanted, from + length);
    if (count === 0) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

/** What is missing of a line from `end` on, up to its newline or the end of the file. */
function readLineEnd(descriptor: number, end: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = end; ; at += readAheadBytes) {
    const part = readRange(descriptor, at, Buffer.allocUnsafe(readAheadBytes));
    const found = part.indexOf(newline);
    parts.push(found === -1 ? part : part.subarray(0, found + 1));
    if (found !== -1 || part.length < readAheadBytes) return parts;
  }
}
