/**
 * The queries under way, by number: each is settled once, by its own answer, by the loss of the
 * shard that was asked, or by its deadline, whatever happens to the others.
 */
import {
  MachineError,
  QueryTimeoutError,
  ShardLostError,
  type ShardsError,
  UnknownIdError,
} from './errors.ts';
import type { Answer } from './shard-calls.ts';
import type { Waiter } from './waiters.ts';

interface Query extends Waiter<unknown> {
  readonly id: string;
  readonly timer: NodeJS.Timeout;
}

export class Queries {
  readonly #queries = new Map<number, Query>();
  #next = 0;

  /** Asks, and waits; `ask` puts the question on its way, or says why it cannot. */
  add(
    id: string,
    deadlineMs: number,
    ask: (query: number) => ShardsError | undefined,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const query = this.#next++;
      const timer = setTimeout(() => {
        this.#take(query)?.reject(new QueryTimeoutError(id, deadlineMs));
      }, deadlineMs);
      this.#queries.set(query, { id, resolve, reject, timer });
      const refusal = ask(query);
      if (refusal) this.#take(query)?.reject(refusal);
    });
  }

  /** Whether anybody waits for it still. */
  has(query: number): boolean {
    return this.#queries.has(query);
  }

  /** An answer that comes too late is nobody's. */
  settle(query: number, shard: number, answer: Answer): void {
    const waiter = this.#take(query);
    if (!waiter) return;
    const { id, resolve, reject } = waiter;
    if (!answer) reject(new ShardLostError(shard, `the query of ${JSON.stringify(id)}`));
    else if (answer.outcome === 'answered') resolve(answer.state);
    else if (answer.outcome === 'unknown') reject(new UnknownIdError(id));
    else reject(new MachineError(`${JSON.stringify(id)} has no state: ${answer.why}`));
  }

  failAll(error: ShardsError): void {
    for (const query of [...this.#queries.keys()]) this.#take(query)?.reject(error);
  }

  #take(query: number): Query | undefined {
    const found = this.#queries.get(query);
    this.#queries.delete(query);
    clearTimeout(found?.timer);
    return found;
  }
}
