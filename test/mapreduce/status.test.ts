/** What `Master.Status` says, from a stream of literal entries. */
import { expect, test } from 'vitest';
import { formatStatus } from '../../src/cli/mapreduce-status.ts';
import type { MapOutput, StreamEntry } from '../../src/mapreduce/events.ts';
import { StatusReader } from '../../src/mapreduce/status.ts';

const output: MapOutput = { kind: 'map', records: 1, pairs: 1, regions: [] };
const map = (index: number) => ({ kind: 'map', index }) as const;

/** Three map tasks, one reduce task; worker 1 of the master, worker 2 joined. */
function read(atMs: number, ...entries: object[]) {
  let nowMs = 0;
  const reader = new StatusReader('word-count', { map: 3, reduce: 1 }, 1, () => nowMs);
  for (const entry of entries) reader.read({ atMs: 0, ...entry } as StreamEntry);
  nowMs = atMs;
  return reader.describe();
}

const begin = [
  { type: 'worker-registered', worker: 1, pid: 1 },
  { type: 'worker-joined', worker: 2, name: 'anna' },
  { type: 'worker-registered', worker: 2, pid: 2, atMs: 100 },
  { type: 'start-attempt', attempt: 0, task: map(0), worker: 1 },
  { type: 'start-attempt', attempt: 1, task: map(1), worker: 2 },
  { type: 'heartbeat', worker: 2, atMs: 1500 },
];

test('who is there, what they do, and when they were heard', () => {
  const status = read(2000, ...begin);
  expect(status.workers).toMatchObject([
    { name: 'worker1', state: 'busy', task: map(0), silentMs: 2000, heartbeats: 0 },
    { name: 'anna', state: 'busy', task: map(1), silentMs: 500, heartbeats: 1 },
  ]);
  expect(status.tasks).toEqual({ pending: 2, running: 2, completed: 0, failed: 0 });
});

test('a result is accepted, an attempt fails, a worker is lost with what it had', () => {
  const accepted = [
    { type: 'attempt-completed', attempt: 1, output, atMs: 1600 },
    { type: 'accept', attempt: 1, task: map(1), worker: 2, output },
  ];
  const failed = [{ type: 'attempt-failed', attempt: 0, failure: {}, atMs: 1700 }];
  const before = read(2000, ...begin, ...accepted, ...failed);
  expect(before.workers.map(({ state }) => state)).toEqual(['idle', 'idle']);
  expect(before.workers.map(({ completed }) => completed)).toEqual([0, 1]);
  expect(before.tasks).toEqual({ pending: 3, running: 0, completed: 1, failed: 1 });

  const requeued = [{ task: map(1), was: 'completed' }];
  const lost = { type: 'worker-lost', worker: 2, why: '', requeued };
  const after = read(2000, ...begin, ...accepted, ...failed, lost);
  expect(after.tasks).toEqual({ pending: 4, running: 0, completed: 0, failed: 1 });
  expect(after.workers[1]).toMatchObject({ state: 'lost', completed: 1 });
  expect(after.reassigned).toBe(1);
});

test('two attempts of a task are one running task, and a late result frees its worker', () => {
  const backup = { type: 'start-attempt', attempt: 2, task: map(0), worker: 2 };
  const ended = { type: 'attempt-completed', attempt: 1, output };
  const status = read(1, ...begin, ended, backup);
  expect(status.tasks).toMatchObject({ pending: 3, running: 1 });
});

test('a cancelled attempt runs no more, and its worker is free', () => {
  const backup = { type: 'start-attempt', attempt: 2, task: map(0), worker: 2 };
  const ended = { type: 'attempt-completed', attempt: 1, output };
  const cancelled = { type: 'attempt-cancelled', attempt: 2, atMs: 1800 };
  const status = read(2000, ...begin, ended, backup, cancelled);
  expect(status.workers[1]).toMatchObject({ state: 'idle', silentMs: 200 });
  expect(status.tasks).toMatchObject({ pending: 3, running: 1 });
});

test('what an earlier run had completed is neither pending nor anybody’s work', () => {
  const status = read(1, { type: 'reuse', attempt: 9, task: map(2), output });
  expect(status.tasks).toEqual({ pending: 3, running: 0, completed: 1, failed: 0 });
  expect(status.workers.map(({ completed }) => completed)).toEqual([0]);
});

test('the block of the document "MapReduce Distributed System"', () => {
  const requeued = [{ task: map(1), was: 'in-progress' }];
  const lost = { type: 'worker-lost', worker: 2, why: '', requeued };
  const now = new Date(2025, 9, 24, 10, 30, 15);
  const line = '='.repeat(60);
  expect(formatStatus(read(3000, ...begin, lost), now)).toBe(`${line}
SYSTEM STATUS - 2025-10-24T10:30:15
${line}
Workers: 1 registered, 1 lost
  worker1: busy (last seen: 10:30:12) map 0, 0 tasks done
  anna: lost (last seen: 10:30:13), 0 tasks done

Tasks:
  Pending: 3
  Running: 1
  Completed: 0
  Failed: 0

word-count, 3 s: 1 task reassigned, 1 heartbeat
${line}`);
});
