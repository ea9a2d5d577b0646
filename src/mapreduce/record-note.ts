/**
 * The record that a worker maps now, or the key that it reduces, noted in a file before the
 * job's function sees it: it outlives the thread and the process, whatever ends them. A few
 * bytes into the page cache, and only where bad records are to be skipped.
 *
 * Ours, not the paper's: there a signal handler sends a "last gasp" packet; nothing catches
 * SIGKILL. Source: OSDI '04, section 4.6.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** In which attempt, and where the record begins, or which key it is. */
export type NotedRecord = { readonly attempt: number } & (
  | { readonly offset: number; readonly key?: never }
  | { readonly offset?: never; readonly key: string }
);

const fileName = 'record';
/** In the place of an offset: between two records nobody is to blame, or a key is. */
const none = -1;
const isKey = -2;
/** Attempt, offset, and how many bytes of a key follow. */
const numbers = 3;
const headerBytes = numbers * Float64Array.BYTES_PER_ELEMENT;

export class RecordNote {
  readonly #descriptor: number;
  readonly #header = new Float64Array(numbers);

  /** `folder` is the worker's own. */
  constructor(folder: string) {
    this.#descriptor = openSync(join(folder, fileName), 'w');
  }

  /** From now on this record is to blame. */
  write(attempt: number, offset: number): void {
    this.#header.set([attempt, offset, 0]);
    writeSync(this.#descriptor, this.#header, 0, headerBytes, 0);
  }

  /** From now on this key is. In one write: a note is never half of two. */
  writeKey(attempt: number, key: string): void {
    const bytes = Buffer.from(key);
    this.#header.set([attempt, isKey, bytes.length]);
    const note = Buffer.concat([Buffer.from(this.#header.buffer), bytes]);
    writeSync(this.#descriptor, note, 0, note.length, 0);
  }

  /** From now on nothing is. */
  clear(attempt: number): void {
    this.write(attempt, none);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** What the worker that had `folder` was at when it ended; undefined: no record, no key. */
export function readRecordNote(folder: string): NotedRecord | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, fileName));
  } catch {
    return undefined;
  }
  if (bytes.length < headerBytes) return undefined;
  const header = new Float64Array(new Uint8Array(bytes.subarray(0, headerBytes)).buffer);
  const [attempt = none, offset = none, keyBytes = 0] = header;
  if (offset === none) return undefined;
  if (offset !== isKey) return { attempt, offset };
  const keyEnd = headerBytes + keyBytes;
  if (bytes.length < keyEnd) return undefined;
  return { attempt, key: bytes.toString('utf8', headerBytes, keyEnd) };
}
