/**
 * A state machine that folds its messages into a chain of hashes: a message that is lost,
 * doubled, changed or out of order gives another chain.
 */
import { hashKey } from '../hash.ts';

interface ChainState {
  /** Messages. */
  readonly count: number;
  readonly chain: number;
}

export default class HashChain {
  #count = 0;
  #chain = 0;

  processMessage(message: unknown): void {
    this.#count++;
    this.#chain = hashKey(JSON.stringify(message), this.#chain);
  }

  getState(): ChainState {
    return { count: this.#count, chain: this.#chain };
  }

  setState({ count, chain }: ChainState): void {
    this.#count = count;
    this.#chain = chain;
  }
}
