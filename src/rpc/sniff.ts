/**
 * Tells by the first bytes of a connection what its client speaks. Pure: bytes in, a name out.
 *
 *     00 …                       a length below 16 MiB: framed-json
 *     2f ff 81 …, 2e 7f …        gob: after a message's length comes the id of a new type,
 *                                negated: -64 is 7f, those below begin with f8 to ff, and
 *                                no text has any of these as its second byte
 *     CONNECT, GET, POST …       HTTP
 *     16 03 …                    TLS, which nobody here speaks
 *     {"jsonrpc":"2.0",…         JSON-RPC 2.0, whatever the order of its members
 *     {"method":…                Go's JSON
 *     anything else              JSON-RPC 2.0, which can say what is wrong with it
 */
import type { CodecName } from './codecs.ts';

export type Protocol = CodecName | 'http' | 'tls';

/** Looks at each byte once, however they are cut: waiting for more costs nothing. */
export class Sniffer {
  readonly #maxBytes: number;
  /** Where to look next, and what is known of the object up to there. */
  #at = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** Where the last string began that is a member's name or its value. */
  #memberAt = 0;
  #isNamedJsonRpc = false;

  /** `maxBytes` bounds how long a first line is waited for. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Of all bytes so far, those of the last time included. Undefined: more are needed. */
  look(bytes: Buffer): Protocol | undefined {
    const [first, second] = bytes;
    if (first === undefined) return undefined;
    if (first === 0) return 'framed-json';
    if (first >= lowestCount) return 'gob';
    if (second === undefined) return first < 0x80 ? undefined : 'json-rpc';
    if (second >= lowestCount || second === firstTypeId) return 'gob';
    if (isUpperCase(first)) return 'http';
    if (first === tlsHandshake && second === tlsVersion) return 'tls';
    return this.#lookAtJson(bytes);
  }

  #lookAtJson(bytes: Buffer): Protocol | undefined {
    if (this.#depth === 0) {
      let start = this.#at;
      while (isSpace(bytes[start])) start++;
      this.#at = start;
      if (start === bytes.length)
        return start > Math.min(maxBlankBytes, this.#maxBytes) ? 'json-rpc' : undefined;
      if (bytes[this.#at++] !== openBrace) return 'json-rpc';
      this.#depth = 1;
    }
    for (; this.#at < bytes.length; this.#at++) {
      const isOver = this.#readByte(bytes, bytes[this.#at] as number);
      if (this.#isNamedJsonRpc && bytes[this.#at] === colon) return 'json-rpc';
      if (isOver) return 'go-json';
    }
    return bytes.length > this.#maxBytes ? 'go-json' : undefined;
  }

  /** True: the first line is over, or the first whole value. */
  #readByte(bytes: Buffer, byte: number): boolean {
    if (byte === newline) return true;
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === backslash) this.#isEscaped = true;
      else if (byte === quote) {
        this.#isInString = false;
        this.#isNamedJsonRpc =
          this.#depth === 1 &&
          bytes.toString('latin1', this.#memberAt, this.#at) === name;
      }
      return false;
    }
    if (byte === quote) {
      this.#isInString = true;
      this.#memberAt = this.#at + 1;
    } else if (byte === openBrace || byte === openBracket) this.#depth++;
    else if (byte === closeBrace || byte === closeBracket) this.#depth--;
    if (byte !== colon && !isSpace(byte)) this.#isNamedJsonRpc = false;
    return this.#depth === 0;
  }
}

const name = 'jsonrpc';

/** More space than this before a first value is no value's: a codec throws it away at once. */
const maxBlankBytes = 4096;

/** Source: encoding/gob, "unsigned integers": a negated byte count, up to eight. */
const lowestCount = 0xf8;
/** -64, the first type of a program; which type that is depends on the program. */
const firstTypeId = 0x7f;

/** Source: RFC 8446, section 5.1. */
const tlsHandshake = 0x16;
const tlsVersion = 0x03;

const newline = 0x0a;
const quote = 0x22;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

function isUpperCase(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}
