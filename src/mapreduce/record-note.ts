/**
 * The record that a worker maps now, noted in a file before the map function sees it: it
 * outlives the thread and the process, whatever ends them. A few bytes into the page cache,
 * and only where bad records are to be skipped.
 *
 * Ours, not the paper's: there a signal handler sends a "last gasp" packet; nothing catches
 * SIGKILL. Source: OSDI '04, section 4.6.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** In which attempt, and where the record begins. */
export interface NotedRecord {
  readonly attempt: number;
  readonly offset: number;
}

const fileName = 'record';
/** No record has it: between two of them nobody is to blame. */
const none = -1;

export class RecordNote {
  readonly #descriptor: number;
  /** Attempt and offset. */
  readonly #numbers = new Float64Array(2);

  /** `folder` is the worker's own. */
  constructor(folder: string) {
    this.#descriptor = openSync(join(folder, fileName), 'w');
  }

  /** From now on this record is to blame. */
  write(attempt: number, offset: number): void {
    this.#numbers[0] = attempt;
    this.#numbers[1] = offset;
    writeSync(this.#descriptor, this.#numbers, 0, this.#numbers.byteLength, 0);
  }

  /** From now on no record is. */
  clear(attempt: number): void {
    this.write(attempt, none);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** What the worker that had `folder` was mapping when it ended; undefined: no record. */
export function readRecordNote(folder: string): NotedRecord | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, fileName));
  } catch {
    return undefined;
  }
  if (bytes.length !== 2 * Float64Array.BYTES_PER_ELEMENT) return undefined;
  const [attempt, offset] = new Float64Array(new Uint8Array(bytes).buffer);
  if (attempt === undefined || offset === undefined || offset === none) return undefined;
  return { attempt, offset };
}
