/**
 * The clock of whoever looks, apart from the run's own: at story pace a run of 40 ms and one
 * of an hour take about as long, and the clock stands still while there is something to read.
 * Pure: where it was and how much real time has passed say where it is.
 */
import type { Moment } from './moments.ts';

/** A number: so many milliseconds of the run in one of ours. */
export type Speed = 'story' | number;

export interface ClockState {
  readonly atMs: number;
  /** It stands still for so much longer. */
  readonly pauseMs: number;
}

/** Without the pauses. */
const storyMs = 15_000;
/** The longest stretch in which nothing is told. */
const emptyMs = 1500;

/** As slow readers need: they also look at the picture. */
function readingMs({ weight, text }: Moment): number {
  return weight === 2 ? 1500 + 25 * text.length : 500;
}

/** Where the clock is `passedMs` of real time later. It stops at the end of the run. */
export function advance(
  { atMs, pauseMs }: ClockState,
  passedMs: number,
  speed: Speed,
  moments: readonly Moment[],
  endMs: number,
): ClockState {
  if (speed !== 'story')
    return { atMs: Math.min(atMs + passedMs * speed, endMs), pauseMs: 0 };
  if (passedMs < pauseMs) return { atMs, pauseMs: pauseMs - passedMs };
  const leftMs = passedMs - pauseMs;
  const target = goOn(atMs, leftMs, moments, endMs);
  const next = moments.find((one) => one.weight > 0 && one.atMs > atMs);
  if (!next || next.atMs > target) return { atMs: target, pauseMs: 0 };
  const together = moments.filter((one) => one.atMs === next.atMs).map(readingMs);
  return { atMs: next.atMs, pauseMs: Math.max(...together) };
}

/** At an even pace; where nothing happens for long, faster, up to where it does. */
function goOn(atMs: number, leftMs: number, moments: readonly Moment[], endMs: number) {
  const before = moments.findLast((one) => one.atMs <= atMs)?.atMs ?? 0;
  const after = moments.find((one) => one.atMs > atMs)?.atMs ?? endMs;
  const evenly = atMs + (leftMs * endMs) / storyMs;
  const quickly = atMs + (leftMs * (after - before)) / emptyMs;
  return Math.min(Math.max(evenly, Math.min(quickly, after)), endMs);
}

/** The time of the next moment in a direction, to step to it; the ends of the run beyond. */
export function stepFrom(
  atMs: number,
  direction: 1 | -1,
  moments: readonly Moment[],
  endMs: number,
): number {
  if (direction === 1) return moments.find((one) => one.atMs > atMs)?.atMs ?? endMs;
  return moments.findLast((one) => one.atMs < atMs)?.atMs ?? 0;
}
