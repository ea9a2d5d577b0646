/**
 * Files as one zip archive, with their permissions, and the same bytes for the same files.
 * Simplification: no more than 65535 files and 4 GB, so that the format of 1993 will do.
 *
 * Source: PKWARE's APPNOTE.TXT, sections 4.3.7 (local file header), 4.3.12 (central directory)
 * and 4.3.16 (end of central directory).
 */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** With `/`, from the top of the archive. */
  readonly path: string;
  readonly content: Buffer;
  readonly isExecutable: boolean;
}

/** 1980-01-01 00:00, the first moment that the format knows. */
const firstDate = (1 << 5) | 1;
const version = 20;
const madeOnUnix = (3 << 8) | version;
const namesAreUtf8 = 0x0800;
const deflated = 8;

export function makeZip(entries: readonly ZipEntry[]): Buffer {
  if (entries.length > 0xffff) throw new Error('too many files for a zip archive');
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.path);
    const packed = deflateRawSync(entry.content);
    const common = describe(entry, packed.length, name.length);
    const local = Buffer.concat([number(0x04034b50, 4), common, name, packed]);
    directory.push(listInDirectory(entry, common, name, offset));
    bodies.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const count = number(entries.length, 2);
  const end = [number(0x06054b50, 4), number(0, 4), count, count];
  const where = [number(list.length, 4), number(offset, 4), number(0, 2)];
  return Buffer.concat([...bodies, list, ...end, ...where]);
}

/** What the local header and the directory have in common. */
function describe({ content }: ZipEntry, packedLength: number, nameLength: number) {
  return Buffer.concat([
    number(version, 2),
    number(namesAreUtf8, 2),
    number(deflated, 2),
    number(0, 2),
    number(firstDate, 2),
    number(crc32(content), 4),
    number(packedLength, 4),
    number(content.length, 4),
    number(nameLength, 2),
    number(0, 2),
  ]);
}

function listInDirectory(
  { isExecutable }: ZipEntry,
  common: Buffer,
  name: Buffer,
  offset: number,
): Buffer {
  const regularFile = 0o100_000;
  const mode = regularFile | (isExecutable ? 0o755 : 0o644);
  return Buffer.concat([
    number(0x02014b50, 4),
    number(madeOnUnix, 2),
    common,
    // No comment, first disk, no internal attributes.
    number(0, 6),
    number(mode * 0x10000, 4),
    number(offset, 4),
    name,
  ]);
}

/** Little-endian. */
function number(value: number, bytes: 2 | 4 | 6): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, bytes);
  return buffer;
}
