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
  const { first, count } = listItems(value, secret);
  const parts = first.map(([key, item]) => {
    const text = write(item, secret, depth + 1);
    return key === undefined ? text : `${writeKey(key)}: ${text}`;
  });
  if (count > first.length) parts.push(`… ${count - first.length} more`);
  return `${open}${parts.join(', ')}${close}`;
}

interface Items {
  readonly first: readonly (readonly [key: string | undefined, value: unknown])[];
  readonly count: number;
}

function listItems(value: object, secret: string | undefined): Items {
  if (Array.isArray(value)) {
    const first = value.slice(0, maxItems).map((item) => [undefined, item] as const);
    return { first, count: value.length };
  }
  if (value instanceof Map) {
    const first = [...value.keys()].slice(0, maxItems);
    return {
      first: first.map((key) => [String(key), value.get(key)]),
      count: value.size,
    };
  }
  const keys = Object.keys(value).filter((key) => key !== secret);
  const members = value as Record<string, unknown>;
  const first = keys.slice(0, maxItems).map((key) => [key, members[key]] as const);
  return { first, count: keys.length };
}

function writeKey(key: string): string {
  return /^[\p{L}_$][\p{L}\d_$]*$/u.test(key)
    ? cut(key, 40)
    : JSON.stringify(cut(key, 40));
}
