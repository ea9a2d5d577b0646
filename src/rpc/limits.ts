/**
 * What one connection may cost. Every limit has a default, a unit and a visible effect,
 * because the peer may be a student's first program, or a hostile one.
 *
 * Ours, not Go's: net/rpc has no limits and no timeouts at all.
 */

export interface Limits {
  /** Bytes of one frame. A longer one ends the connection; a longer reply becomes an error. */
  readonly maxFrameBytes: number;
  /** Nesting of arrays and objects in one frame; a deeper one is not sent, or refused. */
  readonly maxDepth: number;
  /** Frames whose reply is not written yet; beyond it the server stops reading. */
  readonly maxInFlight: number;
  /** Requests in one JSON-RPC batch, run one after the other; a longer batch is refused. */
  readonly maxBatch: number;
  /** Milliseconds from a frame's first byte to its last, as long as we read; then we hang up. */
  readonly partialFrameMs: number;
  /** Milliseconds with nothing received, running or sent; then the connection ends. */
  readonly idleMs: number;
}

/** For limits in milliseconds: the longest timer there is, 24.8 days. */
export const never = 2 ** 31 - 1;

export const defaultLimits: Limits = {
  maxFrameBytes: 4 * 1024 * 1024,
  maxDepth: 500,
  maxInFlight: 1024,
  maxBatch: 100,
  partialFrameMs: 30_000,
  idleMs: 10 * 60_000,
};
