/**
 * A reduce task's output: pairs as text, streamed into a file, so that the output may be larger
 * than memory.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { OutputFormat } from './formats.ts';
import type { Job } from './job.ts';
import type { Group } from './merge.ts';
import { type ReduceCounts, type ReduceWatch, reduceGroups } from './task.ts';
import { createWriter } from './text-writer.ts';

const flushBytes = 256 * 1024;

export interface Reduction extends ReduceCounts {
  /** The length of the file. */
  readonly bytes: number;
  /** What was written, whatever the disk makes of it. */
  readonly crc32: number;
}

/** Runs `reduce` on every key and writes the result to `path`. */
export async function writeReduced(
  job: Pick<Job, 'reduce'>,
  groups: Iterable<Group>,
  path: string,
  format: OutputFormat = 'key-value',
  watch: ReduceWatch = {},
): Promise<Reduction> {
  const output = new PairFile(path, format);
  try {
    const write = (key: string, value: string) => output.write(key, value);
    const counts = await reduceGroups(job, groups, write, watch);
    return { ...counts, ...output.finish() };
  } finally {
    output.close();
  }
}

/** Pairs that are written one after the other. */
export class PairFile {
  readonly #descriptor: number;
  readonly #writer: ReturnType<typeof createWriter>;
  #bytes = 0;
  #crc32 = 0;

  /** Replaces what is at `path`. */
  constructor(path: string, format: OutputFormat = 'key-value') {
    this.#writer = createWriter(format, flushBytes);
    this.#descriptor = openSync(path, 'w');
  }

  write(key: string, value: string): void {
    this.#writer.write(key, value);
    if (this.#writer.length >= flushBytes) this.#flush();
  }

  /** Writes what is left; says what the file must be. Throws where the disk is full. */
  finish(): Pick<Reduction, 'bytes' | 'crc32'> {
    this.#flush();
    return { bytes: this.#bytes, crc32: this.#crc32 };
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #flush(): void {
    const bytes = this.#writer.take();
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    this.#bytes += bytes.length;
    this.#crc32 = crc32(bytes, this.#crc32);
  }
}
