/**
 * How one JSON message is told from the next, and what of the limits can be seen before the
 * message is understood. JSON-RPC 2.0 runs over any framing.
 */
import type { Frame } from '../codec.ts';
import { LimitError } from '../errors.ts';
import type { GoType } from '../go-types.ts';
import type { Limits } from '../limits.ts';
import { LineReader } from '../lines.ts';
import { readJson } from './json-reader.ts';
import { writeString } from './json-string.ts';
import { checkJsonText } from './json-text.ts';
import { writeJson } from './json-writer.ts';

/** A message that cannot be used, in a stream that can still be read. */
export class BadMessage {
  readonly reason: string;
  /** True: it is no JSON at all. */
  readonly isSyntax: boolean;

  constructor(reason: string, isSyntax: boolean) {
    this.reason = reason;
    this.isSyntax = isSyntax;
  }
}

/** Cuts a stream of bytes into messages, and makes frames of messages. */
export interface Framing {
  push(chunk: Buffer): void;
  readonly hasPartialFrame: boolean;
  /** The text of the next message, within the limits; undefined: more bytes are needed. */
  next(): string | BadMessage | undefined;
  /** Args or a reply of the message just read, by `type` where there is one. */
  readValue(value: unknown, type: GoType | undefined): unknown;
  /** The JSON of args or of a reply, to be framed next. Throws where JSON cannot hold it. */
  writeValue(value: unknown, type: GoType | undefined): string;
  /**
   * The frame of a whole message: the JSON of its value, and what stands before and after it.
   * Throws a LimitError for one that we would refuse to read.
   */
  frame(head: string, json: string, tail: string): Frame;
}

/** One message a line; blank lines are nothing. */
export class LineFraming implements Framing {
  readonly #lines: LineReader;
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#lines = new LineReader(limits.maxFrameBytes);
  }

  push(chunk: Buffer): void {
    this.#lines.push(chunk);
  }

  get hasPartialFrame(): boolean {
    return this.#lines.hasPartialLine;
  }

  next(): string | BadMessage | undefined {
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      if (!isBlank(line)) return checkIncoming(line, this.#limits);
    }
    return undefined;
  }

  readValue(value: unknown, type: GoType | undefined): unknown {
    return type ? readJson(value, type) : value;
  }

  writeValue(value: unknown, type: GoType | undefined): string {
    return writeValue(value, type);
  }

  frame(head: string, json: string, tail: string): Frame {
    return frameLine(head, json, tail, this.#limits);
  }
}

/** JSON by a Go type where there is one, else by JavaScript's own rules. */
export function writeValue(value: unknown, type: GoType | undefined): string {
  if (type) return writeJson(value, type);
  if (value === undefined) return 'null';
  const json = typeof value === 'string' ? writeString(value) : JSON.stringify(value);
  // A function or a symbol is no JSON value: stringify leaves it out without a word.
  if (json === undefined) throw new Error('it is no JSON value');
  return json;
}

/** A message on a line of its own. A large value stays apart: to join it is to copy it. */
export function frameLine(
  head: string,
  json: string,
  tail: string,
  limits: Limits,
): Frame {
  if (json.length > largeLength) {
    checkOutgoing(json, limits, head, tail);
    return [head, json, `${tail}\n`];
  }
  const text = `${head}${json}${tail}`;
  checkOutgoing(text, limits);
  return `${text}\n`;
}

const largeLength = 16 * 1024;

export function checkOutgoing(text: string, limits: Limits, head = '', tail = ''): void {
  const { maxFrameBytes } = limits;
  const mayBeLong = (head.length + text.length + tail.length) * 3 > maxFrameBytes;
  if (mayBeLong && countBytes(head, text, tail) > maxFrameBytes)
    throw new LimitError('maxFrameBytes', `over ${maxFrameBytes} bytes`);
  checkJsonText(text, limits, head, tail);
}

/** Of the texts as UTF-8. No character may begin in one and end in the next. */
export function countBytes(...texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** The text, or what is wrong with it as far as limits go. */
export function checkIncoming(text: string, limits: Limits): string | BadMessage {
  try {
    checkJsonText(text, limits);
    return text;
  } catch (error) {
    return new BadMessage((error as LimitError).message, false);
  }
}

function isBlank(line: string): boolean {
  return line.length === 0 || (line.charCodeAt(0) <= 0x20 && line.trim() === '');
}
