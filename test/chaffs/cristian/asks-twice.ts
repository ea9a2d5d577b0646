/**
 * Sends a request whose answer it throws away.
 *
 * Fails: one-request-a-sample
 */
import {
  type LocalClock,
  SteeredClock,
  type TimeReply,
} from '../../../src/lecture/cristian.ts';
import { dial } from '../../../src/rpc/index.ts';

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
  const client = await dial(serverAddr);
  await client.call('CristianServer.GetTime', {});
  let best = { roundTripMs: Number.POSITIVE_INFINITY, T3: 0, T4: 0 };
  try {
    for (let i = 0; i < sampleCount; i++) {
      const T1 = performance.now();
      const { T2, T3 } = await client.call<TimeReply>('CristianServer.GetTime', {});
      const T4 = performance.now();
      const roundTripMs = T4 - T1 - (T3 - T2);
      if (roundTripMs < best.roundTripMs) best = { roundTripMs, T3, T4 };
    }
  } finally {
    await client.close();
  }

  const errorBoundMs = best.roundTripMs / 2;
  const sinceBestMs = performance.now() - best.T4;
  const timeMs = best.T3 + errorBoundMs + sinceBestMs;
  const offsetMs = timeMs - clock.now();
  if (offsetMs > 0) clock.step(offsetMs);
  else clock.slew(offsetMs);
  return { timeMs, errorBoundMs };
}
