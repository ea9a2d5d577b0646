/**
 * Frames with their length in four bytes, big-endian, before them: nothing has to be searched
 * for an end. The JSON is JSON-RPC 2.0; bytes in args or replies do not become text, but
 * follow as frames of their own, and the member `attachments` says where they belong:
 *
 *     00 00 00 4b {"jsonrpc":"2.0","id":7,"result":{"Data":null},"attachments":[["Data"]]}
 *     00 0f 42 40 …1,000,000 bytes…
 *
 * Without bytes it is the framing that process pools and state servers everywhere use.
 *
 * Source: the process-based workers of the course; the attachments are ours.
 */
import { ByteQueue } from '../byte-queue.ts';
import type { Frame } from '../codec.ts';
import { LimitError, ProtocolError } from '../errors.ts';
import type { GoType } from '../go-types.ts';
import type { Limits } from '../limits.ts';
import { decodeText } from '../lines.ts';
import {
  BadMessage,
  checkIncoming,
  checkOutgoing,
  countBytes,
  type Framing,
  writeValue,
} from './framing.ts';
import { readJson } from './json-reader.ts';

type Path = readonly (string | number)[];

interface Attachment {
  readonly path: Path;
  readonly bytes: Uint8Array;
}

export class LengthPrefixFraming implements Framing {
  readonly #limits: Limits;
  readonly #frames: FrameReader;
  /** A message whose attachments have not all come. */
  #incomplete:
    | { text: string; paths: Path[]; bytes: Uint8Array[]; total: number }
    | undefined;
  /** Those of the message that was read last. */
  #attachments: readonly Attachment[] = [];
  /** What the value that was written last leaves to be sent beside it. */
  #aside: Attachment[] = [];

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#frames = new FrameReader(limits.maxFrameBytes);
  }

  push(chunk: Buffer): void {
    this.#frames.push(chunk);
  }

  get hasPartialFrame(): boolean {
    return this.#frames.hasPartialFrame || this.#incomplete !== undefined;
  }

  next(): string | BadMessage | undefined {
    for (let frame = this.#frames.next(); frame; frame = this.#frames.next()) {
      this.#attachments = [];
      if (!this.#incomplete) {
        const text = checkIncoming(decodeText(frame), this.#limits);
        if (text instanceof BadMessage) return text;
        const paths = readPaths(text, this.#limits.maxDepth);
        if (paths.length === 0) return text;
        this.#incomplete = { text, paths, bytes: [], total: 0 };
      } else {
        this.#incomplete.bytes.push(frame);
        this.#incomplete.total += frame.length;
        this.#checkTotal(this.#incomplete.total);
      }
      const { text, paths, bytes } = this.#incomplete;
      if (bytes.length < paths.length) continue;
      this.#incomplete = undefined;
      this.#attachments = paths.map((path, i) => ({ path, bytes: bytes[i] as Buffer }));
      return text;
    }
    return undefined;
  }

  readValue(value: unknown, type: GoType | undefined): unknown {
    const attachments = this.#attachments;
    const whole = attachments.length === 0 ? value : attach(value, attachments);
    return type ? readJson(whole, type) : whole;
  }

  writeValue(value: unknown, type: GoType | undefined): string {
    this.#aside = [];
    const aside: Attachment[] = [];
    const json = writeValue(detach(value, [], aside), type);
    this.#aside = aside;
    return json;
  }

  frame(head: string, json: string, tail: string): Frame {
    const aside = this.#aside;
    this.#aside = [];
    if (aside.length === 0) return this.#frameText(head, json, tail);
    const paths = JSON.stringify(aside.map(({ path }) => path));
    const longTail = `${tail.slice(0, -1)},"attachments":${paths}}`;
    const message = this.#frameText(head, json, longTail);
    this.#checkTotal(aside.reduce((sum, { bytes }) => sum + bytes.length, 0));
    return [...message, ...aside.flatMap(({ bytes }) => [prefix(bytes.length), bytes])];
  }

  #frameText(head: string, json: string, tail: string): (string | Uint8Array)[] {
    checkOutgoing(json, this.#limits, head, tail);
    return [prefix(countBytes(head, json, tail)), head, json, tail];
  }

  /** The attachments of one message together may be as long as one frame. */
  #checkTotal(bytes: number): void {
    const { maxFrameBytes } = this.#limits;
    if (bytes > maxFrameBytes)
      throw new LimitError('maxFrameBytes', `over ${maxFrameBytes} bytes`);
  }
}

function prefix(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

/** A copy of `value` with null where bytes were; itself where there are none. */
function detach(value: unknown, path: Path, aside: Attachment[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) {
    aside.push({ path, bytes: value });
    return null;
  }
  const isList = Array.isArray(value);
  if (!isList && !isPlainObject(value)) return value;
  let copy: Record<string | number, unknown> | undefined;
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== 'object' || item === null) continue;
    const place = isList ? Number(key) : key;
    const without = detach(item, [...path, place], aside);
    if (without === item) continue;
    copy ??= (isList ? [...value] : { ...value }) as Record<string | number, unknown>;
    copy[place] = without;
  }
  return copy ?? value;
}

function isPlainObject(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON !== 'function';
}

/** Puts bytes back where they belong: only over a null that is there, never anywhere else. */
function attach(value: unknown, attachments: readonly Attachment[]): unknown {
  const root = { value };
  for (const { path, bytes } of attachments) {
    let owner: Record<string | number, unknown> = root;
    let key: string | number = 'value';
    for (const next of path) {
      owner = Object.hasOwn(owner, key)
        ? (owner[key] as Record<string | number, unknown>)
        : {};
      key = next;
      if (typeof owner !== 'object' || owner === null) break;
    }
    if (!Object.hasOwn(owner ?? {}, key) || owner[key] !== null) {
      throw new Error(
        `rpc: there is no place for an attachment at ${JSON.stringify(path)}`,
      );
    }
    owner[key] = bytes;
  }
  return root.value;
}

/** Where the bytes belong that follow this message; a text that is no JSON has none. */
function readPaths(text: string, maxDepth: number): Path[] {
  if (!text.includes('"attachments":')) return [];
  let attachments: unknown;
  try {
    attachments = (JSON.parse(text) as { attachments?: unknown } | null)?.attachments;
  } catch {
    return [];
  }
  if (!Array.isArray(attachments)) return [];
  const isPath = (path: unknown) =>
    Array.isArray(path) &&
    path.length <= maxDepth &&
    path.every((key) => typeof key === 'string' || typeof key === 'number');
  if (attachments.every(isPath)) return attachments;
  throw new ProtocolError('attachments must be paths of names and indices');
}

/** Cuts a stream into frames by the length before each. */
class FrameReader {
  readonly #maxBytes: number;
  readonly #queue = new ByteQueue();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    this.#queue.push(chunk);
  }

  get hasPartialFrame(): boolean {
    return this.#queue.length > 0;
  }

  /** The next frame without its length; undefined: more bytes are needed. */
  next(): Buffer | undefined {
    if (this.#queue.length < 4) return undefined;
    const length = this.#queue.peek().readUInt32BE(0);
    if (length > this.#maxBytes)
      throw new LimitError('maxFrameBytes', `frame is over ${this.#maxBytes} bytes`);
    if (this.#queue.length < 4 + length) return undefined;
    return this.#queue.take(4 + length).subarray(4);
  }
}
