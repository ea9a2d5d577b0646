/**
 * A bar while an experiment runs, on a terminal's stderr; elsewhere one line for each.
 */
import { chalkStderr as chalk } from 'chalk';
import { createLogUpdate } from 'log-update';

const barWidth = 30;
/** Redrawing takes time from what is measured. */
const redrawMs = 200;

export class ExperimentProgress {
  readonly #title: string;
  readonly #bar: ReturnType<typeof createLogUpdate> | undefined;
  #drawnMs = 0;

  constructor({ number, title }: { readonly number: number; readonly title: string }) {
    this.#title = `${number}. ${title}`;
    if (process.stderr.isTTY) this.#bar = createLogUpdate(process.stderr);
    else process.stderr.write(`experiment ${this.#title}\n`);
    this.show(0, 'starting');
  }

  /** `share` of the work is done, from 0 to 1. */
  show(share: number, what: string): void {
    const nowMs = performance.now();
    if (!this.#bar || nowMs - this.#drawnMs < redrawMs) return;
    this.#drawnMs = nowMs;
    const filled = Math.min(barWidth, Math.floor(barWidth * share));
    const bar =
      chalk.green('█'.repeat(filled)) + chalk.dim('░'.repeat(barWidth - filled));
    this.#bar(`${this.#title}\n${bar} ${Math.floor(100 * share)} %  ${chalk.dim(what)}`);
  }

  /** Takes the bar away: the table takes its place. */
  close(): void {
    this.#bar?.clear();
    this.#bar?.done();
  }
}
