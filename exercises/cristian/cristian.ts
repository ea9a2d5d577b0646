/**
 * Exercise: the client half of Cristian's algorithm. README.md says what to do.
 */
import {
  type LocalClock,
  SteeredClock,
  type TimeReply,
} from '../../src/lecture/cristian.ts';
import { dial } from '../../src/rpc/index.ts';

export interface TimeEstimate {
  /** The server's time when SyncTime returns, in milliseconds since the epoch. */
  timeMs: number;
  /** How far from the truth `timeMs` can be at most, in milliseconds. */
  errorBoundMs: number;
}

/**
 * Asks the server `sampleCount` times for its time, one request after the other, makes an estimate from the best sample, and sets `clock` by it.
 */
export async function SyncTime(
  serverAddr: string,
  clock: LocalClock = new SteeredClock(),
  sampleCount = 1,
): Promise<TimeEstimate> {
  // TODO: first one sample: T1, the call 'CristianServer.GetTime', T4, the estimate and its
  // bound. Then the best of several samples. Then set the clock, which must never run back.
  throw new Error('SyncTime is not written yet');
}
