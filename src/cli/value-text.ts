/**
 * A value in a few words, as people write values down: `{Input: "to be or…", n: 3}`. It looks
 * at no more of a large value than it shows, and never throws.
 */

const maxLength = 160;
const maxString = 60;
const maxInnerString = 32;
const maxItems = 6;
const maxDepth = 3;

/** `secret` names members that are left out, wherever they are. */
export function describeValue(value: unknown, secret?: string): string {
  try {
    return cut(write(value, secret, 0), maxLength);
  } catch {
    // A getter that throws, or a proxy.
    return '…';
  }
}

/** A string within others keeps its end, too: of a path that is its file. */
function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const half = Math.floor((length - 1) / 2);
  return `${text.slice(0, half).toWellFormed()}…${text.slice(-half).toWellFormed()}`;
}

/** At most so many characters, the mark of a cut included. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).toWellFormed()}…`;
}

function write(value: unknown, secret: string | undefined, depth: number): string {
  if (typeof value === 'string')
    return JSON.stringify(cutMiddle(value, depth < 2 ? maxString : maxInnerString));
  if (value === undefined || value === null) return depth === 0 ? '' : String(value);
  if (typeof value !== 'object') return cut(String(value), maxString);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (value instanceof Date) return String(value.getTime());
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (depth === maxDepth) return `${open}…${close}`;
  const parts: string[] = [];
  let rest = 0;
  for (const [key, item] of listItems(value, secret)) {
    if (parts.length === maxItems) rest++;
    else {
      const name = key === undefined ? '' : `${writeKey(key)}: `;
      parts.push(`${name}${write(item(), secret, depth + 1)}`);
    }
  }
  if (rest > 0) parts.push(`… ${rest} more`);
  return `${open}${parts.join(', ')}${close}`;
}

type Item = readonly [key: string | undefined, value: () => unknown];

function listItems(value: object, secret: string | undefined): Item[] {
  if (Array.isArray(value)) return value.map((item) => [undefined, () => item]);
  if (value instanceof Map)
    return [...value].map(([key, item]) => [String(key), () => item]);
  return Object.keys(value)
    .filter((key) => key !== secret)
    .map((key) => [key, () => (value as Record<string, unknown>)[key]]);
}

function writeKey(key: string): string {
  return /^[\p{L}_$][\p{L}\d_$]*$/u.test(key)
    ? cut(key, 40)
    : JSON.stringify(cut(key, 40));
}
