/** Whose turn it is, in time that passes only when told: who must rest, and who must not. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FairShare, type Share } from '../../src/rpc/fair-share.ts';

const full = 64 * 1024;
const ignore = () => {};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'setImmediate'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** One read of so many bytes, all of it used in so many milliseconds. True: it must rest. */
function readOnce(share: Share, bytes: number, workMs = 0): boolean {
  share.beginRead(bytes);
  vi.advanceTimersByTime(workMs);
  return share.endSlice(false, ignore);
}

function readFull(share: Share, times: number): boolean[] {
  return Array.from({ length: times }, () => readOnce(share, full));
}

test('a connection whose every read is full rests beside a modest one', () => {
  const all = new FairShare();
  const [modest, flood] = [all.join(), all.join()];
  readOnce(modest, 100);
  expect(readFull(flood, 8)).toEqual([...Array(7).fill(false), true]);
});

test('alone, or among its like, it never rests', () => {
  const all = new FairShare();
  const flood = all.join();
  expect(readFull(flood, 20)).not.toContain(true);
  const other = all.join();
  readFull(other, 20);
  vi.advanceTimersByTime(20);
  expect(readFull(flood, 20)).not.toContain(true);
  expect(readFull(other, 20)).not.toContain(true);
});

test('who is modest does not count as a neighbour of its own', () => {
  const all = new FairShare();
  const [modest] = [all.join(), all.join()];
  readOnce(modest, 100);
  expect(readOnce(modest, 100, 10)).toBe(false);
});

test('a frame of milliseconds makes its connection rest, in proportion', () => {
  const all = new FairShare();
  const [modest, heavy] = [all.join(), all.join()];
  const resume = vi.fn();
  readOnce(modest, 100);
  heavy.beginRead(100);
  vi.advanceTimersByTime(5);
  expect(heavy.endSlice(false, resume)).toBe(true);
  vi.advanceTimersByTime(18);
  expect(resume).not.toHaveBeenCalled();
  vi.advanceTimersByTime(3);
  expect(resume).toHaveBeenCalledOnce();
});

test('bytes written count as work, and going on with what was read does not', () => {
  const all = new FairShare();
  const [modest, heavy] = [all.join(), all.join()];
  readOnce(modest, 100);
  heavy.beginRead(100);
  heavy.noteWrite(['x'.repeat(3_000_000), Buffer.alloc(10)]);
  expect(heavy.endSlice(false, ignore)).toBe(true);
  vi.advanceTimersByTime(19);
  expect(heavy.isResting).toBe(false);
  heavy.beginSlice();
  expect(heavy.endSlice(false, ignore)).toBe(false);
});
