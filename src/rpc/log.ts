/**
 * Lines for whoever runs the server, never more than so many a second: a peer that provokes
 * them must not fill a disk. Nor may its words look like a line of ours, or steer a terminal.
 */
export class RateLimitedLog {
  readonly #write: (line: string) => void;
  readonly #maxLines: number;
  #written = 0;
  #leftOut = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (line: string) => void, maxLinesPerSecond: number) {
    this.#write = write;
    this.#maxLines = maxLinesPerSecond;
  }

  add(line: string): void {
    this.#timer ??= setTimeout(() => this.#beginSecond(), 1000).unref();
    if (this.#written < this.#maxLines) {
      this.#written++;
      this.#write(showPlainly(line));
    } else this.#leftOut++;
  }

  #beginSecond(): void {
    this.#timer = undefined;
    this.#written = 0;
    if (this.#leftOut > 0) this.#write(`… and ${this.#leftOut} lines more (maxLogLines)`);
    this.#leftOut = 0;
  }
}

/** The longest line, in characters. */
const maxLineLength = 1000;

/** On one line, with control characters and reversals of direction spelled out. */
export function showPlainly(text: string): string {
  return text.slice(0, maxLineLength).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => {
    const code = char.codePointAt(0) as number;
    return `\\u{${code.toString(16)}}`;
  });
}
