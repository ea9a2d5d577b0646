/**
 * Those who wait for one thing: all of them go on when it has happened, or fail together.
 */

export interface Waiter<T = void> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

export class Waiters<T = void> {
  #waiters: Waiter<T>[] = [];

  wait(): Promise<T> {
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  release(value: T): void {
    for (const { resolve } of this.#waiters.splice(0)) resolve(value);
  }

  fail(error: Error): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }
}
