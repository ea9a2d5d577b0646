/**
 * Lines for whoever runs the server, never more than so many a second: a peer that provokes
 * them must not fill a disk.
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
      this.#write(line);
    } else this.#leftOut++;
  }

  #beginSecond(): void {
    this.#timer = undefined;
    this.#written = 0;
    if (this.#leftOut > 0) this.#write(`… and ${this.#leftOut} lines more (maxLogLines)`);
    this.#leftOut = 0;
  }
}
