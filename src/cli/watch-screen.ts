/**
 * Shows the state of the watch mode: on a terminal on a screen of its own, which leaves the
 * student's scrollback alone; elsewhere by printing each report once.
 */
import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import chalk from 'chalk';
import { draw, type WatchState } from './watch-state.ts';

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
  #body = '';

  constructor(stream: ScreenStream) {
    this.#stream = stream;
  }

  draw(state: WatchState): void {
    const { body, footer } = draw(state);
    this.#body = body;
    if (!this.#stream.isTTY) {
      if (state.verdict !== this.#printed) this.#stream.write(`${body}\n\n`);
      this.#printed = state.verdict;
      return;
    }
    const opening = this.#isOpen ? '' : enterScreen;
    this.#isOpen = true;
    const lines = this.#fit(body === '' ? [] : [...body.split('\n'), '']);
    const text = [...lines, chalk.dim(footer)].join(`${clearLine}\r\n`);
    this.#stream.write(`${opening}${home}${text}${clearLine}${clearBelow}`);
  }

  /** Of what is longer than the terminal the end: the failure, the points, and the keys. */
  #fit(lines: readonly string[]): readonly string[] {
    const { rows = 24, columns = 80 } = this.#stream;
    let room = rows - 2;
    let from = lines.length;
    while (from > 0) {
      const { length } = stripVTControlCharacters(lines[from - 1] as string);
      room -= Math.max(1, Math.ceil(length / columns));
      if (room < 0) break;
      from--;
    }
    return lines.slice(from);
  }

  /** Gives the terminal back, and leaves the last report on it. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const left = this.#body === '' ? '' : `${this.#body}\n`;
    this.#stream.write(`${leaveScreen}${left}`);
  }
}
