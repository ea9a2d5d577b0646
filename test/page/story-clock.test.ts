/** The clock of whoever looks, and the steps along the run. */
import { expect, test } from 'vitest';
import type { Moment } from '../../src/page/moments.ts';
import { advance, type Speed, stepFrom } from '../../src/page/story-clock.ts';

const text = 'Worker 2 is lost.';
const moments: Moment[] = [
  { atMs: 10, type: 'start-attempt', weight: 0, text },
  { atMs: 20, type: 'worker-lost', weight: 2, text },
  { atMs: 20, type: 'start-attempt', weight: 1, text },
  { atMs: 30, type: 'phase-completed', weight: 1, text },
];

/** How long it takes to the end of the run, frame by frame. */
function play(speed: Speed, endMs: number, frameMs: number) {
  let clock = { atMs: 0, pauseMs: 0 };
  let passedMs = 0;
  const seen = new Set<number>();
  while (clock.atMs < endMs) {
    clock = advance(clock, frameMs, speed, moments, endMs);
    seen.add(clock.atMs);
    passedMs += frameMs;
  }
  return { passedMs, seen };
}

test('a run of 40 ms lasts as long as its story, and stops at what matters', () => {
  const { passedMs, seen } = play('story', 40, 16);
  expect(passedMs).toBeGreaterThan(7000);
  expect(passedMs).toBeLessThan(25_000);
  expect(seen.has(20)).toBe(true);
});

test('a run of an hour takes no longer', () => {
  expect(play('story', 3_600_000, 16).passedMs).toBeLessThan(25_000);
});

test('where nothing is told for long, it is told quickly', () => {
  const late = moments.map((one) => ({ ...one, atMs: one.atMs + 10_000 }));
  let clock = { atMs: 0, pauseMs: 0 };
  let passedMs = 0;
  for (; clock.atMs < 10_010; passedMs += 16)
    clock = advance(clock, 16, 'story', late, 10_040);
  expect(passedMs).toBeLessThan(1600);
});

test('at a speed of its own the clock never stops', () => {
  expect(play(0.01, 40, 10).passedMs).toBe(4000);
  expect(advance({ atMs: 5, pauseMs: 900 }, 10, 1, moments, 40)).toEqual({
    atMs: 15,
    pauseMs: 0,
  });
});

test('steps go from moment to moment, and to the ends', () => {
  const forward = [0, 10, 20, 30].map((ms) => stepFrom(ms, 1, moments, 40));
  expect(forward).toEqual([10, 20, 30, 40]);
  const back = [40, 30, 20, 10].map((ms) => stepFrom(ms, -1, moments, 40));
  expect(back).toEqual([30, 20, 10, 0]);
});
