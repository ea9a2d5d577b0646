/**
 * What one connection may cost. Every limit has a default, a unit and a visible effect,
 * because the peer may be a student's first program, or a hostile one. What goes over a limit
 * fails with a LimitError that names it.
 *
 * Ours, not Go's: net/rpc has no limits and no timeouts at all; `limits: false` is like that.
 */

export interface Limits {
  /** Bytes of one frame. A longer one ends the connection; a longer reply becomes an error. */
  readonly maxFrameBytes: number;
  /** Nesting of arrays, objects and structs in one frame; a deeper one is refused. */
  readonly maxDepth: number;
  /** Values in one frame, counting each element of an array and each field of an object. */
  readonly maxValues: number;
  /** Bytes of one string, or of one []byte. */
  readonly maxStringBytes: number;
  /** Characters of a service method's name, and of a request's id. */
  readonly maxNameLength: number;
  /** Frames whose reply is not written yet; beyond it the server stops reading. */
  readonly maxInFlight: number;
  /** The same over all connections of a server together. */
  readonly maxTotalInFlight: number;
  /** Connections that a server holds at once; a further one is closed as it comes. */
  readonly maxConnections: number;
  /** Requests in one JSON-RPC batch, run one after the other; a longer batch is refused. */
  readonly maxBatch: number;
  /** Types that a peer may define over one gob stream. */
  readonly maxTypes: number;
  /** Fields of one gob struct type. */
  readonly maxFields: number;
  /**
   * Bytes that wait for the peer to read them; beyond it replies wait, and we stop reading.
   * It holds for connections that the server listens for; others bring a measure of their own.
   */
  readonly maxUnwrittenBytes: number;
  /** Milliseconds in which a peer must have read all that waits for it; then we hang up. */
  readonly unreadMs: number;
  /** Milliseconds from a connection's beginning to its first byte; then we hang up. */
  readonly firstByteMs: number;
  /** Milliseconds from a frame's first byte to its last, as long as we read; then we hang up. */
  readonly partialFrameMs: number;
  /** Milliseconds with nothing received, running or sent; then the connection ends. */
  readonly idleMs: number;
  /** Lines a second that a server logs; what is left out is counted in the next line. */
  readonly maxLogLines: number;
}

/** For limits in milliseconds: the longest timer there is, 24.8 days. */
export const never = 2 ** 31 - 1;

export const defaultLimits: Limits = {
  maxFrameBytes: 4 * 1024 * 1024,
  maxDepth: 500,
  maxValues: 1_000_000,
  maxStringBytes: 4 * 1024 * 1024,
  maxNameLength: 1024,
  maxInFlight: 1024,
  maxTotalInFlight: 65_536,
  maxConnections: 10_000,
  maxBatch: 100,
  maxTypes: 1000,
  maxFields: 1000,
  maxUnwrittenBytes: 256 * 1024,
  unreadMs: 60_000,
  firstByteMs: 10 * 60_000,
  partialFrameMs: 30_000,
  idleMs: 10 * 60_000,
  maxLogLines: 10,
};

/** Go's: none. */
const noLimits = Object.fromEntries(
  Object.keys(defaultLimits).map((name) => [
    name,
    name.endsWith('Ms') ? never : Infinity,
  ]),
) as unknown as Limits;

/** Some limits of one's own, the others by default; `false`: none at all. */
export type LimitChoice = Partial<Limits> | false;

/** What is undefined stays as it is by default; no time is longer than `never`. */
export function chooseLimits(choice: LimitChoice = {}): Limits {
  if (choice === false) return noLimits;
  const chosen = Object.entries(choice)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, name.endsWith('Ms') ? Math.min(value, never) : value]);
  return { ...defaultLimits, ...Object.fromEntries(chosen) };
}
