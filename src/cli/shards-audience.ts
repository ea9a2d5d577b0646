/**
 * Whoever types while `npm run shards` runs: each line is carried out at once, whatever the
 * ones before it wait for, and answered on stdout.
 */
import { once } from 'node:events';
import type { Pool } from '../shards/pool.ts';
import { runTypedLine } from './shards-commands.ts';
import type { ShardsScreen } from './shards-screen.ts';
import { readTypedLines, type TypedLines } from './shards-typing.ts';

export class Audience {
  readonly #pool: Pool;
  readonly #screen: ShardsScreen;
  readonly #typed: TypedLines;
  readonly #quit = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(pool: Pool, screen: ShardsScreen) {
    this.#pool = pool;
    this.#screen = screen;
    this.#typed = readTypedLines(
      (line) => this.#begin(line),
      () => screen.redraw(),
    );
    screen.typed = this.#typed.current;
  }

  /** Aborts when somebody wants no more messages. */
  get quit(): AbortSignal {
    return this.#quit.signal;
  }

  /** On a terminal, resolves when somebody quits; elsewhere, when all lines are answered. */
  async leave(signal: AbortSignal): Promise<void> {
    if (this.#typed.current && !this.quit.aborted) {
      this.#screen.print('all messages are applied; ask on, or quit');
      await once(AbortSignal.any([signal, this.quit]), 'abort');
    }
    await Promise.all(this.#underWay);
    this.close();
  }

  close(): void {
    this.#screen.typed = undefined;
    this.#typed.close();
  }

  #begin(line: string): void {
    const running = this.#run(line).finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }

  async #run(line: string): Promise<void> {
    const outcome = await runTypedLine(this.#pool, line);
    if (outcome === 'quit') this.#quit.abort();
    else this.#screen.print(outcome.answer, process.stdout);
  }
}
