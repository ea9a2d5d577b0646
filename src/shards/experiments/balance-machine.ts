/**
 * The machine of experiment 4: one for each process, which keeps the counters of all ids that
 * it has had messages for. So the experiment can choose the process by any rule, even by one
 * that no state machine could bear.
 */
import { nowUs } from './clock.ts';
import { spin } from './work.ts';

export type BalanceMessage =
  | { readonly Kind: 'forget' }
  | {
      readonly Kind: 'count';
      readonly Id: string;
      readonly SentUs: number;
      readonly Steps: number;
    };

export interface BalanceState {
  /** Messages by id. */
  readonly counts: Readonly<Record<string, number>>;
  /** From sending to having been processed, of every message. */
  readonly lapsUs: readonly number[];
}

export default class BalanceMachine {
  #counts = new Map<string, number>();
  #lapsUs: number[] = [];

  processMessage(given: unknown): void {
    const message = given as BalanceMessage;
    if (message.Kind === 'forget') {
      this.#counts.clear();
      this.#lapsUs = [];
      return;
    }
    spin(message.Steps);
    this.#counts.set(message.Id, (this.#counts.get(message.Id) ?? 0) + 1);
    this.#lapsUs.push(nowUs() - message.SentUs);
  }

  getState(): BalanceState {
    return { counts: Object.fromEntries(this.#counts), lapsUs: this.#lapsUs };
  }
}
