/**
 * The calls of a program for whoever looks: one log, many readers. It keeps the latest entries
 * only, since a server may run for ever; a reader that is too slow for them sees that by their
 * numbers.
 */
import type { CallEntry, CallFacts, EndSeen, RequestSeen } from './call-record.ts';
import type { PageLog } from './event-stream.ts';

/** Entries that are kept, after each clearing and at most. */
const keptEntries = [10_000, 12_000] as const;

type Unnumbered<Entry> = Omit<Entry, 'number' | 'atMs'>;

export class CallLog implements PageLog {
  facts: CallFacts;
  version = 1;
  readonly entries = new LatestEntries();
  readonly #startMs = performance.now();
  readonly #listeners = new Set<() => void>();

  constructor(facts: CallFacts) {
    this.facts = facts;
  }

  /** Something that happens now. */
  add(entry: Unnumbered<RequestSeen> | Unnumbered<EndSeen>): void {
    const number = this.entries.length;
    this.entries.push({ ...entry, number, atMs: this.nowMs } as CallEntry);
    this.#tell();
  }

  note(news: Partial<CallFacts>): void {
    this.facts = { ...this.facts, ...news };
    this.version++;
    this.#tell();
  }

  get nowMs(): number {
    return performance.now() - this.#startMs;
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A list that has forgotten its beginning; places count from there. */
export class LatestEntries {
  #kept: CallEntry[] = [];
  #forgotten = 0;

  /** Of all there ever were. */
  get length(): number {
    return this.#forgotten + this.#kept.length;
  }

  push(entry: CallEntry): void {
    this.#kept.push(entry);
    const [least, most] = keptEntries;
    if (this.#kept.length <= most) return;
    this.#forgotten += this.#kept.length - least;
    this.#kept = this.#kept.slice(-least);
  }

  /** Those that are still there. */
  slice(from: number, to: number): readonly CallEntry[] {
    const place = (index: number) => Math.max(index - this.#forgotten, 0);
    return this.#kept.slice(place(from), place(to));
  }
}
