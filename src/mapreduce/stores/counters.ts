/**
 * The state server's counters: keys, each with the values that accepted attempts gave it.
 * What an attempt does is kept apart under its task and its id until the attempt is accepted;
 * of a task's attempts one is. So a mapper that dies half-way, or runs twice, counts once.
 *
 * Ours, not the document's: there an `Update` is added at once, whoever sent it. One mapper
 * killed after half of its updates and executed again gives a total that is too large, with
 * exit 0.
 *
 * Source: document "process-rpc", `StateRequest`; OSDI '04, section 3.3.3.
 */

/** Who changes a counter. */
export interface AttemptRef {
  /** `map 3`: what is executed, however often. */
  readonly task: string;
  readonly attempt: number;
}

/** Appends a value to a key's values, or puts it in the place of all of them. */
export type Change = readonly [kind: 'update' | 'replace', key: string, n: number];

/** The changes of one attempt that has not been accepted, by batch. */
type Batches = Map<number, readonly Change[]>;

export class Counters {
  readonly #values = new Map<string, number[]>();
  /** By task, then by attempt. */
  readonly #pending = new Map<string, Map<number, Batches>>();
  readonly #accepted = new Map<string, number>();

  /** A key that is there already keeps its values. */
  initialize(keys: readonly string[]): void {
    for (const key of keys) if (!this.#values.has(key)) this.#values.set(key, []);
  }

  /**
   * Keeps the changes for the day the attempt is accepted. A batch that is there already is
   * not kept again; nor is anything of a task that has been decided. Throws for a key that is
   * not initialized, and keeps nothing then.
   */
  change({ task, attempt }: AttemptRef, batch: number, changes: readonly Change[]): void {
    for (const [, key] of changes) this.#valuesOf(key);
    if (this.#accepted.has(task)) return;
    const attempts = this.#pending.get(task) ?? new Map<number, Batches>();
    this.#pending.set(task, attempts);
    const batches: Batches = attempts.get(attempt) ?? new Map();
    attempts.set(attempt, batches);
    if (!batches.has(batch)) batches.set(batch, changes);
  }

  /** The first accepted attempt of a task is the only one; returns which one it is. */
  accept({ task, attempt }: AttemptRef): number {
    const winner = this.#accepted.get(task);
    if (winner !== undefined) return winner;
    this.#accepted.set(task, attempt);
    const batches: Batches = this.#pending.get(task)?.get(attempt) ?? new Map();
    this.#pending.delete(task);
    for (const [, changes] of [...batches].sort(([a], [b]) => a - b)) {
      for (const [kind, key, n] of changes) {
        if (kind === 'update') this.#valuesOf(key).push(n);
        else this.#values.set(key, [n]);
      }
    }
    return attempt;
  }

  /** The values of accepted attempts, in the order of their acceptance. */
  get(key: string): readonly number[] {
    return this.#valuesOf(key);
  }

  #valuesOf(key: string): number[] {
    const values = this.#values.get(key);
    if (values) return values;
    throw new Error(`key ${JSON.stringify(key)} is not initialized: call Initialize`);
  }
}
