/**
 * A file of sorted runs for what does not fit into a task's memory. It has no name: it is
 * gone when its process is, whatever ends that.
 */
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FileRun } from './runs.ts';

export class RunFile {
  #descriptor: number;
  #length = 0;

  /** Makes the file in `folder`, and the folder where there is none. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `runs-${process.pid}-${nextFile++}`);
    this.#descriptor = openSync(path, 'wx+');
    rmSync(path);
  }

  /** One run of all the parts, each written before the next is asked for. */
  append(parts: Iterable<Buffer>): FileRun {
    const start = this.#length;
    for (const part of parts) this.write(this.reserve(part.length), part, 0);
    return { descriptor: this.#descriptor, start, end: this.#length };
  }

  /** Room for a run that will be written part by part. */
  reserve(bytes: number): FileRun {
    const start = this.#length;
    this.#length += bytes;
    return { descriptor: this.#descriptor, start, end: this.#length };
  }

  /** Puts a part of a run in its place. Throws where the disk is full. */
  write({ start }: FileRun, part: Uint8Array, offset: number): void {
    for (let at = 0; at < part.length; ) {
      const position = start + offset + at;
      at += writeSync(this.#descriptor, part, at, part.length - at, position);
    }
  }

  /** After this no run of the file can be read. */
  close(): void {
    closeSync(this.#descriptor);
  }
}

let nextFile = 0;
