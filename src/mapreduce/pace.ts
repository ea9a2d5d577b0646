/**
 * Faults inside a worker's task thread: computing at a fraction of the speed, sleeping, and
 * standing still for good. All of it blocks this thread alone, in any job; the worker's main
 * thread goes on sending heartbeats, and may end this one.
 */

/** Milliseconds of computing before a pause: enough to be measured, too few to be seen. */
const portionMs = 5;

/**
 * Makes what is computed take `factor` times as long, from the first call of the job's functions
 * on: what comes before it is over in no time, and is nobody's measure.
 */
export class Pace {
  readonly #factor: number;
  #sinceMs: number | undefined;

  constructor(factor: number) {
    this.#factor = factor;
  }

  /** Stands still for what was computed since it last did, if that is a portion. */
  keep(): void {
    this.#sinceMs ??= performance.now();
    if (performance.now() - this.#sinceMs >= portionMs) this.finish();
  }

  finish(): void {
    if (this.#sinceMs === undefined) return;
    standStill((this.#factor - 1) * (performance.now() - this.#sinceMs));
    this.#sinceMs = performance.now();
  }
}

/** The same job; `before` is told the name of each of its functions before that is called. */
export function interceptJob<AnyJob extends object>(
  job: AnyJob,
  before: (name: string) => void,
): AnyJob {
  return new Proxy({} as AnyJob, {
    get(_target, name) {
      const value = Reflect.get(job, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        before(String(name));
        return Reflect.apply(value, job, args);
      };
    },
  });
}

/** Blocks this thread; without `ms` until the process or the thread is ended. */
export function standStill(ms?: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
