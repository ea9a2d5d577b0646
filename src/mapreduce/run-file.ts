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

  /** Throws where the disk is full. */
  append(bytes: Buffer): FileRun {
    const start = this.#length;
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(this.#descriptor, bytes, at, bytes.length - at, start + at);
    }
    this.#length += bytes.length;
    return { descriptor: this.#descriptor, start, end: this.#length };
  }

  /** After this no run of the file can be read. */
  close(): void {
    closeSync(this.#descriptor);
  }
}

let nextFile = 0;
