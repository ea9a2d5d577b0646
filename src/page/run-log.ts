/**
 * A run as a page is told of it, kept from its beginning: one stream, many readers, each at
 * its own pace. Whoever comes late, or again, misses nothing.
 */
import type { StreamEntry } from '../mapreduce/events.ts';
import type { PageLog } from './event-stream.ts';
import { isShown, type PageEntry, type RunFacts, trimEntry } from './run-record.ts';

export class RunLog implements PageLog {
  readonly entries: PageEntry[] = [];
  facts: RunFacts;
  /** Grows with each change of the facts. */
  version = 1;
  #heardMs = 0;
  #heardAt = performance.now();
  #isOver = false;
  readonly #listeners = new Set<() => void>();

  constructor(facts: RunFacts) {
    this.facts = facts;
  }

  read(entry: StreamEntry): void {
    this.#heardMs = entry.atMs;
    this.#heardAt = performance.now();
    this.#isOver ||= entry.type === 'complete-job' || entry.type === 'fail-job';
    if (!isShown(entry)) return;
    this.entries.push(trimEntry(entry));
    this.#tell();
  }

  /** Says what is new about the run. */
  note(news: Partial<RunFacts>): void {
    this.facts = { ...this.facts, ...news };
    if (news.outcome) this.#isOver = true;
    this.version++;
    this.#tell();
  }

  /** By the clock of the run, which stands still when it is over. */
  get nowMs(): number {
    return this.#isOver
      ? this.#heardMs
      : this.#heardMs + performance.now() - this.#heardAt;
  }

  /** Returns what ends it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
