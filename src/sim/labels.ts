/**
 * A frame in few words, for logs and diagrams. It peeks into JSON, of JSON-RPC 2.0 or of Go's
 * jsonrpc; whatever else a frame is, its size must do. Nothing depends on what it finds.
 */

/** Longer frames are not worth parsing for a label. */
const maxPeekBytes = 64 * 1024;
const maxErrorLength = 24;

/** `Arith.Add #0`, `ok #0`, `error #0: divide by zero`, or `120 bytes`. */
export function labelFrame(frame: Buffer): string {
  const value = frame.length <= maxPeekBytes ? parseJson(frame.toString()) : undefined;
  return labelValue(value) ?? `${frame.length} bytes`;
}

function labelValue(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const { id, method, error } = value as Record<string, unknown>;
  const number = id === undefined || id === null ? '' : ` #${id}`;
  if (typeof method === 'string') return `${method}${number}`;
  if (error) return `error${number}: ${shorten(explain(error))}`;
  return 'result' in value ? `ok${number}` : undefined;
}

/** JSON-RPC 2.0 wraps the text of an error in an object, Go's jsonrpc does not. */
function explain(error: unknown): string {
  return String((error as { message?: unknown }).message ?? error);
}

function shorten(text: string): string {
  return text.length <= maxErrorLength ? text : `${text.slice(0, maxErrorLength - 1)}…`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
