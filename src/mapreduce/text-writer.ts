/**
 * Pairs as lines for other programs: JSON, or the values alone. What the workers tell each
 * other, and the output unless something else is asked for, is written by `PairWriter`.
 */
import type { OutputFormat } from './formats.ts';
import { PairWriter } from './pair-writer.ts';

export class TextWriter {
  readonly #format: (key: string, value: string) => string;
  #text = '';

  constructor(format: (key: string, value: string) => string) {
    this.#format = format;
  }

  /** Characters written since the last `take`. */
  get length(): number {
    return this.#text.length;
  }

  write(key: string, value: string): void {
    this.#text += `${this.#format(key, value)}\n`;
  }

  /** All that was written so far; the writer is empty. */
  take(): Buffer {
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    return bytes;
  }
}

/** `bytes` will be written before the next `take`, or a little more. */
export function createWriter(format: OutputFormat, bytes: number) {
  if (format === 'key-value') return new PairWriter(bytes);
  if (format === 'lines') return new TextWriter((_key, value) => value);
  return new TextWriter((key, value) => JSON.stringify({ key, value }));
}
