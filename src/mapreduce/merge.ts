/**
 * Merges sorted runs: key after key in byte order, each with all its values, earlier runs
 * first. Holds one key's values at a time, and of every run no more than a chunk.
 *
 * Source: OSDI '04, section 3.1, step 5, "an external sort is used".
 */
import { type Run, RunCursor } from './runs.ts';

/** A key with all its values, in the order of the runs and of emission within one. */
export interface Group {
  readonly key: string;
  readonly values: string[];
}

/** `chunkBytes` of each run in a file are in memory at a time. */
export function* mergeRuns(runs: readonly Run[], chunkBytes: number): Generator<Group> {
  const heap = new CursorHeap(runs, chunkBytes);
  const key = new HeldKey();
  for (let first = heap.first; first; first = heap.first) {
    key.hold(first);
    const values: string[] = [];
    let same: RunCursor | undefined = first;
    while (same && key.isThatOf(same)) {
      values.push(same.value);
      heap.advanceFirst();
      same = heap.first;
    }
    yield { key: key.text, values };
  }
}

/** A copy of the key that is being gathered: the cursor that it came from moves on. */
class HeldKey {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  hold({ key, keyStart, keyEnd }: RunCursor): void {
    const length = keyEnd - keyStart;
    if (length > this.#bytes.length) this.#bytes = Buffer.allocUnsafe(2 * length);
    const bytes = this.#bytes;
    if (length > 32) key.copy(bytes, 0, keyStart, keyEnd);
    else for (let i = 0; i < length; i++) bytes[i] = key[keyStart + i] as number;
    this.#length = length;
  }

  isThatOf({ key, keyStart, keyEnd }: RunCursor): boolean {
    const length = this.#length;
    if (keyEnd - keyStart !== length) return false;
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) if (bytes[i] !== key[keyStart + i]) return false;
    return true;
  }

  get text(): string {
    return this.#bytes.toString('utf8', 0, this.#length);
  }
}

/** The cursors that have a pair left; the one with the least key is the first. */
class CursorHeap {
  readonly #cursors: RunCursor[] = [];

  constructor(runs: readonly Run[], chunkBytes: number) {
    for (const [place, run] of runs.entries()) {
      const cursor = new RunCursor(run, place, chunkBytes);
      if (cursor.next()) this.#cursors.push(cursor);
    }
    for (let i = this.#cursors.length >> 1; i-- > 0; ) this.#sink(i);
  }

  get first(): RunCursor | undefined {
    return this.#cursors[0];
  }

  /** Moves the first cursor to its next pair, and to its new place. */
  advanceFirst(): void {
    const cursors = this.#cursors;
    if (!(cursors[0] as RunCursor).next()) {
      const last = cursors.pop() as RunCursor;
      if (cursors.length === 0) return;
      cursors[0] = last;
    }
    this.#sink(0);
  }

  #sink(start: number): void {
    const cursors = this.#cursors;
    const cursor = cursors[start] as RunCursor;
    let at = start;
    for (let child = 2 * at + 1; child < cursors.length; child = 2 * at + 1) {
      const other = child + 1;
      if (other < cursors.length && isBefore(cursors[other]!, cursors[child]!)) {
        child = other;
      }
      if (isBefore(cursor, cursors[child]!)) break;
      cursors[at] = cursors[child]!;
      at = child;
    }
    cursors[at] = cursor;
  }
}

/** By the key's bytes; where these are equal, by the place of the run. */
function isBefore(a: RunCursor, b: RunCursor): boolean {
  const aKey = a.key;
  const bKey = b.key;
  const aEnd = a.keyEnd;
  const bEnd = b.keyEnd;
  let i = a.keyStart;
  let j = b.keyStart;
  for (; i < aEnd && j < bEnd; i++, j++) {
    const difference = (aKey[i] as number) - (bKey[j] as number);
    if (difference !== 0) return difference < 0;
  }
  if (i < aEnd || j < bEnd) return i === aEnd;
  return a.place < b.place;
}
