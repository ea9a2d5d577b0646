/**
 * What a student's code prints, up to a bound, without what Node prints about its own trouble;
 * and how much was left out.
 */
import type { Readable } from 'node:stream';

/** A screen or two; a loop that prints would fill a disk. */
const maxLines = 100;
const maxLength = 16_384;

export class StudentOutput {
  readonly #print: (text: string) => void;
  #lines = 0;
  #length = 0;
  #leftOut = 0;
  #isAtLineStart = true;
  readonly #rests = new Set<() => void>();

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  /**
   * Leaves out how Node tells of an error that came when the stack was full, which the check
   * has, too: a line of the source, and behind an empty line the error, up to another one.
   */
  follow(stream: Readable): void {
    let rest = '';
    let asides = 0;
    const take = (line: string) => {
      if (/^Exception in PromiseRejectCallback:/.test(line)) asides = 2;
      if (asides === 0) this.#show(line);
      else if (line === '\n') asides--;
    };
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${rest}${text}`.split(/(?<=\n)/);
      rest = lines.at(-1)?.endsWith('\n') ? '' : (lines.pop() ?? '');
      for (const line of lines) take(line);
      // A line without an end is told in pieces: nobody knows how long it is.
      if (rest.length > maxLength) take(rest.slice(0, maxLength));
      if (rest.length > maxLength) rest = '';
    });
    this.#rests.add(() => rest !== '' && take(rest));
  }

  /** Says what was left out; what comes later is not looked at. */
  end(): void {
    for (const flush of this.#rests) flush();
    if (this.#leftOut === 0) return;
    const lines = `${this.#leftOut} line${this.#leftOut === 1 ? '' : 's'}`;
    const start = this.#isAtLineStart ? '' : '\n';
    this.#print(`${start}… ${lines} of what your code prints left out\n`);
  }

  #show(line: string): void {
    const room = maxLength - this.#length;
    if (this.#lines >= maxLines || room <= 0) {
      this.#leftOut++;
      return;
    }
    const shown = line.length > room ? `${line.slice(0, room - 1)}…` : line;
    this.#lines++;
    this.#length += shown.length;
    this.#isAtLineStart = shown.endsWith('\n');
    this.#print(shown);
  }
}
