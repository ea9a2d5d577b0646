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

/** A message as it was read: its value, and where exactness matters, its text. */
export interface Message {
  readonly value: unknown;
  readonly text: string;
}

/** Cuts a stream of bytes into messages, and makes frames of messages. */
export interface Framing {
  push(chunk: Buffer): void;
  readonly hasPartialFrame: boolean;
  /** The next message; undefined: more bytes are needed. Throws a ProtocolError. */
  next(): Message | BadMessage | undefined;
  /** Args or a reply that a message holds, by `type` where there is one. */
  readValue(value: unknown, message: Message, type: GoType | undefined): unknown;
  /** The JSON of args or of a reply, to be framed next. Throws where JSON cannot hold it. */
  writeValue(value: unknown, type: GoType | undefined): string;
  /** The frame of a whole message. Throws a LimitError for one that we would refuse to read. */
  frame(text: string): Frame;
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

  next(): Message | BadMessage | undefined {
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      if (!isBlank(line)) return parseMessage(line, this.#limits);
    }
    return undefined;
  }

  readValue(value: unknown, _message: Message, type: GoType | undefined): unknown {
    return type ? readJson(value, type) : value;
  }

  writeValue(value: unknown, type: GoType | undefined): string {
    return writeValue(value, type);
  }

  frame(text: string): Frame {
    checkOutgoing(text, this.#limits);
    return `${text}\n`;
  }
}

/** JSON by a Go type where there is one, else by JavaScript's own rules. */
export function writeValue(value: unknown, type: GoType | undefined): string {
  if (type) return writeJson(value, type);
  if (value === undefined) return 'null';
  const json = JSON.stringify(value);
  // A function or a symbol is no JSON value: stringify leaves it out without a word.
  if (json === undefined) throw new Error('it is no JSON value');
  return json;
}

export function checkOutgoing(text: string, limits: Limits): void {
  const { maxFrameBytes } = limits;
  const mayBeLong = text.length * 3 > maxFrameBytes;
  if (mayBeLong && Buffer.byteLength(text) > maxFrameBytes)
    throw new LimitError('maxFrameBytes', `over ${maxFrameBytes} bytes`);
  checkJsonText(text, limits);
}

export function parseMessage(text: string, limits: Limits): Message | BadMessage {
  try {
    checkJsonText(text, limits);
    return { value: JSON.parse(text), text };
  } catch (error) {
    if (error instanceof LimitError) return new BadMessage(error.message, false);
    return new BadMessage('not JSON', true);
  }
}

function isBlank(line: string): boolean {
  return line.length === 0 || (line.charCodeAt(0) <= 0x20 && line.trim() === '');
}
