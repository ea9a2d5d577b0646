/**
 * Ctrl-C and its kin: the first one asks for an orderly end, the second one takes none.
 */
import { once } from 'node:events';
import { constants } from 'node:os';

/** Resolves, at once if it was before. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

export class Interruption {
  readonly #controller = new AbortController();
  #exitCode = 0;

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => this.#interrupt(128 + constants.signals[name]));
    }
  }

  /** Aborts at the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** 130 after Ctrl-C, 143 after SIGTERM; 0 before any. */
  get exitCode(): number {
    return this.#exitCode;
  }

  /**
   * Whether there was a signal, for whoever has just heard of another's end: Ctrl-C may have
   * reached that one, too, and we hear of it later. Behind the second of these turns we have.
   */
  async wasSent(): Promise<boolean> {
    for (let turn = 0; turn < 2; turn++)
      await new Promise((resolve) => setImmediate(resolve));
    return this.signal.aborted;
  }

  #interrupt(exitCode: number): void {
    if (this.#exitCode !== 0) process.exit(exitCode);
    this.#exitCode = exitCode;
    this.#controller.abort();
  }
}
