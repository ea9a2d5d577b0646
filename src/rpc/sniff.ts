/**
 * Tells by the first bytes of a connection what its client speaks. Pure: bytes in, a name out.
 *
 *     00 …                       a length below 16 MiB: framed-json
 *     2f ff 81 …, 2e 7f …        gob: after a message's length comes the id of a new type,
 *                                negated: -64 is 7f, those below begin with f8 to ff, and
 *                                no text has any of these as its second byte
 *     CONNECT, GET, POST …       HTTP
 *     {"jsonrpc":"2.0",…         JSON-RPC 2.0, whatever the order of its members
 *     {"method":…                Go's JSON
 *     anything else              JSON-RPC 2.0, which can say what is wrong with it
 */
import type { CodecName } from './codecs.ts';

export type Protocol = CodecName | 'http';

/** Undefined: more bytes are needed; 64 KiB are always enough. */
export function sniff(bytes: Buffer): Protocol | undefined {
  const [first, second] = bytes;
  if (first === undefined) return undefined;
  if (first === 0) return 'framed-json';
  if (first >= lowestCount) return 'gob';
  if (second === undefined)
    return isSpace(first) || isText(first) ? undefined : 'json-rpc';
  if (second >= lowestCount || second === firstTypeId) return 'gob';
  if (isUpperCase(first)) return 'http';
  let start = 0;
  while (start < bytes.length && isSpace(bytes[start] as number)) start++;
  if (start === bytes.length) return bytes.length > maxLookedAt ? 'json-rpc' : undefined;
  return bytes[start] === openBrace ? sniffJson(bytes.subarray(start)) : 'json-rpc';
}

/** An object says what it is by its members: the first line, or the first whole value, tells. */
function sniffJson(bytes: Buffer): Protocol | undefined {
  if (bytes.length === 1) return undefined;
  if (bytes.indexOf('{"jsonrpc"') === 0) return 'json-rpc';
  const end = bytes.indexOf(newline);
  if (end === -1 && bytes[bytes.length - 1] !== closeBrace) {
    return bytes.length > maxLookedAt ? guess(bytes) : undefined;
  }
  const text = bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
  try {
    return Object.hasOwn(JSON.parse(text), 'jsonrpc') ? 'json-rpc' : 'go-json';
  } catch {
    // Several values on a line, or one over several lines.
    return guess(bytes);
  }
}

/** Where the message is not whole, its words alone must do. */
function guess(bytes: Buffer): Protocol {
  const text = bytes.toString('latin1', 0, maxLookedAt);
  return /"jsonrpc"\s*:/.test(text) ? 'json-rpc' : 'go-json';
}

/** A first line that is longer is not waited for: its bytes would be looked at again and again. */
const maxLookedAt = 64 * 1024;

/** Source: encoding/gob, "unsigned integers": a negated byte count, up to eight. */
const lowestCount = 0xf8;
/** -64, the first type of a program; which type that is depends on the program. */
const firstTypeId = 0x7f;
const newline = 0x0a;
const openBrace = 0x7b;
const closeBrace = 0x7d;

function isUpperCase(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function isText(byte: number): boolean {
  return byte < 0x80;
}
