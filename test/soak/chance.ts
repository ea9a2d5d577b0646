/** Everything that a run of the soak leaves to chance, drawn from one seed. */
import { createRandom } from '../../src/sim/random.ts';

export class Chance {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  /** A whole number from 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True so often of a hundred times. */
  in(percent: number): boolean {
    return this.#random() * 100 < percent;
  }

  /** One of them. */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  /** The item, or nothing: so often of a hundred times. */
  maybe<Item>(percent: number, ...items: readonly Item[]): readonly Item[] {
    return this.in(percent) ? items : [];
  }
}
