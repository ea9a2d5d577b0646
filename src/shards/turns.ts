/**
 * Things are done in the order of their numbers, whatever order they come in: what comes early
 * waits for those before it. What comes twice is done twice.
 */
export class Turns {
  #next = 0;
  readonly #early = new Map<number, () => void>();

  /** Does `act` in its turn: at once, if it is its turn. Throws or rejects as `act` throws. */
  take<Result>(order: number, act: () => Result): Result | Promise<Result> {
    if (order <= this.#next) return this.#run(order, act);
    return new Promise<Result>((resolve, reject) => {
      this.#early.set(order, () => {
        try {
          resolve(this.#run(order, act));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #run<Result>(order: number, act: () => Result): Result {
    try {
      return act();
    } finally {
      if (order === this.#next) this.#callNext();
    }
  }

  #callNext(): void {
    const early = this.#early.get(++this.#next);
    this.#early.delete(this.#next);
    early?.();
  }
}
