/**
 * One map task's `emit`, open while `map` runs: a pair that comes later is found out, not
 * lost, and so is one that could not be kept.
 */
import type { Emit, EmitBytes } from './job.ts';
import { JobFunctionError } from './task-failure.ts';

/** Where pairs go: to a task's buffer, or to the sequential run's. */
export type AddPair = (key: string, value: string) => void;

const lateEmitText =
  'emit was called after map had returned: make map async, and await what it starts';

export class Emission {
  isOpen = false;
  pairs = 0;
  /** What went wrong below `emit`, which is no record's fault. */
  breakdown: { readonly error: unknown } | undefined;
  readonly #add: AddPair;
  #hasLateEmit = false;
  #isOver = false;

  constructor(add: AddPair) {
    this.#add = add;
  }

  readonly emit: Emit = (key, value) => {
    if (!this.isOpen) this.#noteLateEmit();
    if (typeof key !== 'string' || typeof value !== 'string') refusePair(key, value);
    this.pairs++;
    try {
      this.#add(key, value);
    } catch (error) {
      this.breakdown ??= { error };
      throw error;
    }
  };

  readonly emitBytes: EmitBytes = (key, value) => {
    this.emit(key instanceof Uint8Array ? decodeKey(key) : key, value);
  };

  /** What a map function started and did not wait for gets its chance to be found out. */
  async finish(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#isOver = true;
    // The map function has caught it, and the pair is lost all the same.
    if (this.breakdown) throw this.breakdown.error;
    if (this.#hasLateEmit) throw new JobFunctionError(new TypeError(lateEmitText), '');
  }

  #noteLateEmit(): void {
    // After the task nobody waits for this pair: better an uncaught error than a wrong count.
    if (this.#isOver) throw new TypeError(lateEmitText);
    this.#hasLateEmit = true;
  }
}

function decodeKey({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}

function refusePair(key: unknown, value: unknown): never {
  const wrong = typeof key === 'string' ? value : key;
  throw new TypeError(
    `emit takes two strings, it got ${JSON.stringify(wrong)}: write String(…)`,
  );
}
