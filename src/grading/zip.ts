/**
 * Files as one zip archive, with their permissions, and the same bytes for the same files on
 * every day. The format is the library's matter (fflate); what stands here is what we ask of it.
 */
import { type Zippable, zipSync } from 'fflate';

export interface ZipEntry {
  /** With `/`, from the top of the archive. */
  readonly path: string;
  readonly content: Buffer;
  readonly isExecutable: boolean;
}

/** The first day that the format knows, so that the day of packing does not show. */
const firstDay = new Date(1980, 0, 1);
const unix = 3;
const regularFile = 0o100_000;

export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const files: Zippable = {};
  for (const { path, content, isExecutable } of entries) {
    const mode = regularFile | (isExecutable ? 0o755 : 0o644);
    files[path] = [content, { os: unix, attrs: mode * 0x10000, mtime: firstDay }];
  }
  return Buffer.from(zipSync(files));
}
