/** The service that Go's own documentation uses, and what tests of concurrency need beside it. */

export interface Args {
  A: number;
  B: number;
}

export class Arith {
  readonly #gates: (() => void)[] = [];
  /** How many calls of Wait are running now. */
  waiting = 0;

  Add({ A, B }: Args) {
    return { C: A + B };
  }

  async Div({ A, B }: Args) {
    if (B === 0) throw new Error('divide by zero');
    return { C: A / B };
  }

  Echo(args: unknown) {
    return args;
  }

  /** Runs until the test calls `open`. */
  async Wait() {
    this.waiting++;
    await new Promise<void>((resolve) => this.#gates.push(resolve));
    this.waiting--;
    return 'waited';
  }

  open() {
    for (const gate of this.#gates.splice(0)) gate();
  }

  Throw({ what }: { what: unknown }) {
    throw what;
  }

  BigReply({ bytes }: { bytes: number }) {
    return 'x'.repeat(bytes);
  }

  Cycle() {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    return cycle;
  }

  async #secret() {
    return 'never';
  }

  lowerCase() {
    return this.#secret();
  }
}
