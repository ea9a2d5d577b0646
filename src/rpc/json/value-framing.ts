/**
 * JSON values one after another, with or without anything between them, as Go's decoder reads
 * them: `{…}{…} {…}` are three. Go's encoder ends each with a newline, so a line that is one
 * value is the fast path; only where that fails are brackets counted.
 *
 * Source: Go encoding/json, Decoder.
 */
import { ByteQueue } from '../byte-queue.ts';
import { LimitError, ProtocolError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { decodeText, LineReader } from '../lines.ts';
import { mayHoldHalves, mayLoseDigits, parseExactly } from './json-scan.ts';
import { checkJsonText } from './json-text.ts';

/** A message as it was read: its value, and the text for what a value forgets. */
export interface Message {
  readonly value: unknown;
  readonly text: string;
}

export class ValueReader {
  readonly #limits: Limits;
  readonly #lines: LineReader;
  readonly #values: ValueScanner;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#lines = new LineReader(limits.maxFrameBytes);
    this.#values = new ValueScanner(limits);
  }

  push(chunk: Buffer): void {
    if (this.#values.hasBytes) this.#values.push(chunk);
    else this.#lines.push(chunk);
  }

  get hasPartialFrame(): boolean {
    return this.#values.hasBytes || this.#lines.hasPartialLine;
  }

  /** The next value and its text. Throws a ProtocolError for what is no JSON. */
  next(): Message | undefined {
    if (!this.#values.hasBytes) {
      const message = this.#nextLine();
      if (message) return message;
    }
    const text = this.#values.next();
    if (text === undefined) return undefined;
    const message = this.#parse(text);
    if (message) return message;
    throw new ProtocolError(`not JSON: ${text.slice(0, 40)}`);
  }

  /** A line that is one value; any other bytes go to the scanner. */
  #nextLine(): Message | undefined {
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      if (line.trim() === '') continue;
      const message = this.#parse(line);
      if (message) return message;
      this.#values.push(Buffer.from(`${line}\n`));
      this.#values.push(this.#lines.takeRest());
      return undefined;
    }
    // A value without a newline may be whole: those who write by hand do not always send one.
    const last = this.#lines.lastByte;
    if (last === closeBrace || last === closeBracket)
      this.#values.push(this.#lines.takeRest());
    return undefined;
  }

  #parse(text: string): Message | undefined {
    checkJsonText(text, this.#limits);
    try {
      const value = JSON.parse(text);
      const isExact = !mayLoseDigits(text) && !mayHoldHalves(text);
      return { value: isExact ? value : parseExactly(text), text };
    } catch {
      return undefined;
    }
  }
}

/** Finds where each value ends, looking at each byte once. */
class ValueScanner {
  readonly #limits: Limits;
  readonly #queue = new ByteQueue();
  /** Where to look next, and what is known of the value up to there. */
  #at = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get hasBytes(): boolean {
    return this.#queue.length > 0;
  }

  push(chunk: Buffer): void {
    if (chunk.length > 0) this.#queue.push(chunk);
  }

  /** The text of the next value; undefined: more bytes are needed. */
  next(): string | undefined {
    this.#skipSpace();
    const bytes = this.#queue.peek();
    const end = this.#findEnd(bytes);
    const { maxFrameBytes } = this.#limits;
    if ((end ?? bytes.length) > maxFrameBytes)
      throw new LimitError('maxFrameBytes', `frame is over ${maxFrameBytes} bytes`);
    if (end === undefined) return undefined;
    const text = decodeText(this.#queue.take(end));
    this.#at = 0;
    this.#skipSpace();
    return text;
  }

  #skipSpace(): void {
    if (this.#at > 0) return;
    const bytes = this.#queue.peek();
    let spaces = 0;
    while (spaces < bytes.length && isSpace(bytes[spaces] as number)) spaces++;
    if (spaces > 0) this.#queue.take(spaces);
  }

  #findEnd(bytes: Buffer): number | undefined {
    const isBare = bytes.length > 0 && !opensValue(bytes[0] as number);
    for (; this.#at < bytes.length; this.#at++) {
      const byte = bytes[this.#at] as number;
      if (isBare) {
        if (this.#at > 0 && (isSpace(byte) || opensValue(byte))) return this.#at;
      } else if (this.#closesValue(byte)) return this.#at + 1;
    }
    return undefined;
  }

  /** Whether the value that began before ends with this byte. */
  #closesValue(byte: number): boolean {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === backslash) this.#isEscaped = true;
      else if (byte === quote) {
        this.#isInString = false;
        return this.#depth === 0;
      }
    } else if (byte === quote) this.#isInString = true;
    else if (byte === openBrace || byte === openBracket) this.#deepen();
    else if (byte === closeBrace || byte === closeBracket) return --this.#depth <= 0;
    return false;
  }

  #deepen(): void {
    const { maxDepth } = this.#limits;
    if (++this.#depth > maxDepth)
      throw new LimitError('maxDepth', `nested deeper than ${maxDepth}`);
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function opensValue(byte: number): boolean {
  return byte === openBrace || byte === openBracket || byte === quote;
}

const backslash = 0x5c;
const quote = 0x22;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
