/**
 * Shows the state of the watch mode: on a terminal on a screen of its own, which leaves the
 * student's scrollback alone; elsewhere by printing each report once.
 */
import type { WriteStream } from 'node:tty';
import chalk from 'chalk';
import { countRows } from '../grading/brief-report.ts';
import { draw, type Size, type WatchState } from './watch-state.ts';

// Source: xterm's control sequences.
const [enterScreen, leaveScreen] = [
  '\u001b[?1049h\u001b[?25l',
  '\u001b[?25h\u001b[?1049l',
];
const [home, clearLine, clearBelow] = ['\u001b[H', '\u001b[K', '\u001b[J'];

export type ScreenStream = Pick<WriteStream, 'write' | 'isTTY' | 'columns' | 'rows'>;

export class WatchScreen {
  readonly #stream: ScreenStream;
  #isOpen = false;
  #printed: WatchState['verdict'];
  /** All of it, for the scrollback. */
  #body = () => '';

  constructor(stream: ScreenStream) {
    this.#stream = stream;
  }

  draw(state: WatchState): void {
    const { columns = 80, rows = 24 } = this.#stream;
    this.#body = () => draw(state, { columns, rows: Infinity }).body;
    if (!this.#stream.isTTY) {
      if (state.verdict !== this.#printed) this.#stream.write(`${this.#body()}\n\n`);
      this.#printed = state.verdict;
      return;
    }
    const { footer } = draw(state);
    const room = rows - countRows([footer], columns);
    // A blank line stands between.
    const { body } = draw(state, { columns, rows: room - 1 });
    const opening = this.#isOpen ? '' : enterScreen;
    this.#isOpen = true;
    const lines = fit(body === '' ? [] : [...body.split('\n'), ''], {
      columns,
      rows: room,
    });
    const text = [...lines, chalk.dim(footer)].join(`${clearLine}\r\n`);
    this.#stream.write(`${opening}${home}${text}${clearLine}${clearBelow}`);
  }

  /** Gives the terminal back, and leaves the last report on it. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const body = this.#body();
    const left = body === '' ? '' : `${body}\n`;
    this.#stream.write(`${leaveScreen}${left}`);
  }
}

/** Of what is longer than the terminal all the same the end. */
function fit(lines: readonly string[], { columns, rows }: Size): readonly string[] {
  let from = lines.length;
  let left = rows;
  while (from > 0) {
    left -= countRows([lines[from - 1] as string], columns);
    if (left < 0) break;
    from--;
  }
  return lines.slice(from);
}
