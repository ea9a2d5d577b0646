/**
 * A file of another machine, read in chunks over a connection: one side serves a chunk, the
 * other puts the chunks together and believes them only if length and checksum are right.
 * Which files may be read is decided by those who serve them; nobody asks for a path.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type FileChunk, fetchChunkBytes } from './wire.ts';

/** Up to `length` bytes from `offset` on; none at the end of the file. */
export async function readChunk(
  path: string,
  offset: number,
  length = fetchChunkBytes,
): Promise<FileChunk> {
  if (![offset, length].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new Error('a chunk has an offset and a length that are counts of bytes');
  }
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.min(length, fetchChunkBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return { data: buffer.toString('base64', 0, bytesRead) };
  } finally {
    await file.close();
  }
}

/** Asks for the chunk at `offset`. */
export type ReadRemote = (offset: number) => Promise<FileChunk>;

/** How many bytes, and what `crc32` says of them. */
export interface FileFacts {
  readonly bytes: number;
  readonly crc32: number;
}

/**
 * Copies a whole remote file to `path`, where nothing may be. Throws, and leaves nothing
 * there, unless it is what `expected` says.
 */
export async function copyRemoteFile(
  read: ReadRemote,
  path: string,
  expected: FileFacts,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    const found = await copyChunks(read, file, expected.bytes);
    if (found.bytes !== expected.bytes || found.crc32 !== expected.crc32) {
      throw new Error(
        `a file came with ${found.bytes} bytes and checksum ${found.crc32}, it should have ${expected.bytes} and ${expected.crc32}`,
      );
    }
    await file.close();
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
}

async function copyChunks(
  read: ReadRemote,
  file: FileHandle,
  maxBytes: number,
): Promise<FileFacts> {
  let [bytes, checksum] = [0, 0];
  while (bytes <= maxBytes) {
    const chunk = Buffer.from((await read(bytes)).data, 'base64');
    if (chunk.length === 0) break;
    await file.writeFile(chunk);
    bytes += chunk.length;
    checksum = crc32(chunk, checksum);
  }
  return { bytes, crc32: checksum };
}

/** Length and checksum of a file of this machine, read as a stream. */
export async function describeFile(path: string): Promise<FileFacts> {
  let checksum = 0;
  for await (const chunk of createReadStream(path)) checksum = crc32(chunk, checksum);
  return { bytes: (await stat(path)).size, crc32: checksum };
}

/** Names code by what it is: a changed byte is a different name. */
export function fingerprint(code: Uint8Array): string {
  return createHash('sha256').update(code).digest('hex');
}
