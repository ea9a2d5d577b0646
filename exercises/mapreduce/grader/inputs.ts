/**
 * Inputs by chance, the same ones every time, small ones first: what fails is then about as
 * small as it can be, and nothing has to be made smaller by running it again.
 */
import { createRandom } from '../../../src/sim/random.ts';

/** Draws numbers, texts and lists; `size` grows from 1 to 5 with the runs. */
export class Draw {
  readonly size: number;
  readonly #random: () => number;

  constructor(random: () => number, size: number) {
    this.#random = random;
    this.size = size;
  }

  /** From 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  oneOf<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  /** Up to `maxLength` items. */
  list<Item>(maxLength: number, draw: () => Item): Item[] {
    return Array.from({ length: this.below(maxLength + 1) }, draw);
  }

  /** Characters of one to four bytes; no half ones, which have no UTF-8. */
  text(): string {
    const points = this.list(2 * this.size, () => {
      const [first, last] = this.oneOf(alphabets);
      return first + this.below(last - first + 1);
    });
    return String.fromCodePoint(...points);
  }
}

const alphabets: readonly [first: number, last: number][] = [
  [0x00, 0x7f],
  [0x80, 0x7ff],
  [0x800, 0xd7ff],
  [0xe000, 0xffff],
  [0x10000, 0x10ffff],
];

/** Rejects with what the first input for which it does not hold made `hold` reject with. */
export async function forAll<Input>(
  runs: number,
  draw: (draw: Draw) => Input,
  hold: (input: Input) => Promise<void>,
): Promise<void> {
  const random = createRandom(4);
  for (let run = 0; run < runs; run++) {
    await hold(draw(new Draw(random, 1 + Math.floor((5 * run) / runs))));
  }
}
