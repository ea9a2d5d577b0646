/**
 * The envelope of JSON-RPC 2.0 as nearly everybody writes it, members in the order of the
 * specification: read by its words, so that only what it holds has to be parsed. Everything
 * else is left to JSON.parse, which costs half as much again. (Measured: 0.35 against 0.63 us
 * for a response with one number.)
 */
import type { PlainCall } from './json-rpc.ts';

const head = '{"jsonrpc":"2.0","id":';
const methodMember = ',"method":"';
const paramsMember = ',"params":';
const resultMember = ',"result":';

/** `{"jsonrpc":"2.0","id":7,"method":"Arith.Add","params":…}`; undefined: anything else. */
export function readPlainRequest(text: string): PlainCall | undefined {
  const idEnd = findIdEnd(text);
  if (!text.startsWith(methodMember, idEnd)) return undefined;
  const start = idEnd + methodMember.length;
  const end = text.indexOf('"', start);
  const method = text.slice(start, end);
  if (method.includes('\\') || !text.startsWith(paramsMember, end + 1)) return undefined;
  const params = parseRest(text, end + 1 + paramsMember.length);
  return params && { id: readId(text, idEnd), method, params: params.value };
}

/** `{"jsonrpc":"2.0","id":7,"result":…}`; undefined: anything else. */
export function readPlainResponse(
  text: string,
): { readonly id: number; readonly result: unknown } | undefined {
  const idEnd = findIdEnd(text);
  if (!text.startsWith(resultMember, idEnd)) return undefined;
  const result = parseRest(text, idEnd + resultMember.length);
  return result && { id: readId(text, idEnd), result: result.value };
}

/** Where the digits of the id end; 0: it is not a plain number of at most 15 digits. */
function findIdEnd(text: string): number {
  if (!text.startsWith(head)) return 0;
  let at = head.length;
  while (isDigit(text.charCodeAt(at))) at++;
  const digits = at - head.length;
  const hasLeadingZero = digits > 1 && text.charCodeAt(head.length) === zero;
  return digits === 0 || digits > 15 || hasLeadingZero ? 0 : at;
}

function readId(text: string, end: number): number {
  let id = 0;
  for (let at = head.length; at < end; at++) id = id * 10 + text.charCodeAt(at) - zero;
  return id;
}

/** What stands between `start` and the last brace, if it is one JSON value. */
function parseRest(text: string, start: number): { value: unknown } | undefined {
  if (text.charCodeAt(text.length - 1) !== closeBrace) return undefined;
  try {
    return { value: JSON.parse(text.slice(start, -1)) };
  } catch {
    return undefined;
  }
}

function isDigit(char: number): boolean {
  return char >= zero && char <= zero + 9;
}

const zero = 0x30;
const closeBrace = 0x7d;
