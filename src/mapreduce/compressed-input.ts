/**
 * The records of a split, piece by piece; those of a compressed file are decompressed as they
 * are needed. So neither the size of a file nor what it holds costs memory: only one record
 * must fit.
 *
 * Source: OSDI '04, section 4.4, "Input and Output Types".
 */
import { closeSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream';
import zlib from 'node:zlib';
import type { Compression } from './formats.ts';
import {
  checkVersion,
  openInput,
  readStored,
  type Split,
  type SplitBytes,
  SplitError,
} from './splits.ts';

/** So much is in memory at a time; more only where one record is longer. */
const pieceBytes = 1024 * 1024;
const newline = 0x0a;
/** A line of a compressed file, or all of it where it is one record, has at most so many bytes. */
export const maxRecordBytes = 64 * 1024 * 1024;

/** Newer than the types, and than some of the versions of Node that run this. */
const { createZstdDecompress } = zlib as {
  createZstdDecompress?: typeof zlib.createGunzip;
};

/** False: this Node is too old. */
export const canReadZstd = createZstdDecompress !== undefined;

/**
 * Throws a SplitError where the input is damaged, or not what the job was planned for. A piece
 * has about `maxBytes` at most, and that of a compressed file less.
 */
export async function* readPieces(
  split: Split,
  maxBytes = pieceBytes,
): AsyncGenerator<SplitBytes> {
  const { compression } = split;
  if (compression === undefined) yield* readStored(split, maxBytes);
  else yield* decompress(split, compression);
}

async function* decompress(
  split: Split,
  compression: Compression,
): AsyncGenerator<SplitBytes> {
  const descriptor = openInput(split.file);
  const chunks = createDecompressor(compression);
  // What fails in front of it fails in it: there it is told.
  pipeline(listChunks(descriptor), chunks, () => {});
  try {
    for await (const piece of cutIntoPieces(split, tellDamage(split, chunks))) {
      checkVersion(descriptor, split);
      yield piece;
    }
    checkVersion(descriptor, split);
  } finally {
    chunks.destroy();
    closeSync(descriptor);
  }
}

const storedBytes = 64 * 1024;

function* listChunks(descriptor: number): Generator<Buffer> {
  for (;;) {
    const chunk = Buffer.allocUnsafe(storedBytes);
    const count = readSync(descriptor, chunk, 0, storedBytes, null);
    if (count === 0) return;
    yield chunk.subarray(0, count);
  }
}

function createDecompressor(compression: Compression) {
  if (compression === 'gzip') return zlib.createGunzip();
  if (compression === 'brotli') return zlib.createBrotliDecompress();
  if (createZstdDecompress) return createZstdDecompress();
  throw new SplitError(`.zst needs Node 22.15 or later, this is ${process.version}`);
}

async function* tellDamage(
  { file, compression }: Split,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    const what = `is damaged, or no ${compression} file`;
    throw new SplitError(`input ${file} ${what}: ${(error as Error).message}`);
  }
}

/** Whole lines, or everything where the file is one record. */
async function* cutIntoPieces(
  { file, name, format }: Split,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<SplitBytes> {
  const isOne = format === 'whole-file';
  const limit = isOne ? maxRecordBytes : pieceBytes + maxRecordBytes;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let offset = 0;
  for await (const chunk of chunks) {
    const lineEnd = isOne ? 0 : chunk.lastIndexOf(newline) + 1;
    const isEnough = lineEnd > 0 && heldBytes + lineEnd >= pieceBytes;
    if (isEnough) {
      const bytes = Buffer.concat([...held, chunk.subarray(0, lineEnd)]);
      yield { name, offset, bytes, format };
      offset += bytes.length;
      held = [];
      heldBytes = 0;
    }
    const rest = isEnough ? chunk.subarray(lineEnd) : chunk;
    held.push(rest);
    heldBytes += rest.length;
    if (heldBytes > limit) refuseRecord(file, isOne);
  }
  if (heldBytes > 0) yield { name, offset, bytes: Buffer.concat(held), format };
}

function refuseRecord(file: string, isOne: boolean): never {
  const what = isOne ? 'holds' : 'has a line of';
  const limit = `${maxRecordBytes / 1024 / 1024} MiB`;
  throw new SplitError(
    `input ${file} ${what} more than ${limit}, too much for one record of a compressed file: decompress it`,
  );
}
