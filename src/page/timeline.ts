/**
 * The entries of a run, and the run at any moment of them: `at(time)` is a pure function of
 * both, so to scrub and to step is to ask again. Going forward costs only what is new.
 */
import type { Moment } from './moments.ts';
import { RunModel } from './run-model.ts';
import type { PageEntry, RunFacts } from './run-record.ts';

export class Timeline {
  readonly #facts: RunFacts;
  readonly #entries: PageEntry[] = [];
  /** The run as far as it is known. */
  readonly #whole: RunModel;
  /** The run as it was last asked for, and how many entries that took. */
  #model: RunModel;
  #read = 0;

  constructor(facts: RunFacts, entries: readonly PageEntry[] = []) {
    this.#facts = facts;
    this.#whole = new RunModel(facts);
    this.#model = new RunModel(facts);
    this.add(entries);
  }

  add(entries: readonly PageEntry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#whole.read(entry);
    }
  }

  get length(): number {
    return this.#entries.length;
  }

  get endMs(): number {
    return this.#entries.at(-1)?.atMs ?? 0;
  }

  /** The run as it was then, every entry of that moment included. */
  at(nowMs: number): RunModel {
    if ((this.#entries[this.#read - 1]?.atMs ?? 0) > nowMs) {
      this.#model = new RunModel(this.#facts);
      this.#read = 0;
    }
    for (;;) {
      const entry = this.#entries[this.#read];
      if (!entry || entry.atMs > nowMs) return this.#model;
      this.#model.read(entry);
      this.#read++;
    }
  }

  /** All that there is to tell so far, whatever moment is looked at. */
  get moments(): readonly Moment[] {
    return this.#whole.moments;
  }

  get isOver(): boolean {
    return this.#whole.overMs !== undefined;
  }
}
