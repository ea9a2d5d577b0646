/**
 * How often workers speak and the master looks: three intervals that must fit each other.
 */
import { UsageError } from './command.ts';

/** Heartbeats that must be missing, one after the other, before a worker counts as lost. */
const heartbeatsMissed = 10;
const defaultCheckMs = 200;

/** In milliseconds. Throws a UsageError. */
export function readIntervals(lostAfterMs: number, heartbeat?: number, check?: number) {
  const heartbeatMs = heartbeat ?? lostAfterMs / heartbeatsMissed;
  const checkMs = check ?? Math.min(defaultCheckMs, lostAfterMs / 4);
  if (heartbeatMs * 2 > lostAfterMs)
    throw new UsageError(
      `--heartbeat-ms ${heartbeatMs}: workers would be lost between two heartbeats; make it at most half of --lost-after-ms ${lostAfterMs}`,
    );
  if (checkMs > lostAfterMs)
    throw new UsageError(
      `--check-ms ${checkMs}: lost workers would be noticed too late; make it at most --lost-after-ms ${lostAfterMs}`,
    );
  return { lostAfterMs, heartbeatMs, checkMs };
}
