/** A run that others may join, and that has nobody: how long it waits, under literal events. */
import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/mapreduce/events.ts';
import { step } from '../../src/mapreduce/scheduler.ts';
import { createState } from '../../src/mapreduce/scheduler-state.ts';

function run(...history: readonly (readonly [atMs: number, event: RunEvent])[]) {
  const state = createState(
    {
      ...{ mapTasks: 1, reduceTasks: 1, workers: [], faults: [], maxFailures: 3 },
      ...{ lostAfterMs: 1e9, startWithinMs: 1000, waitForWorkersMs: 5000 },
    },
    0,
  );
  return history.map(([atMs, event]) => step(state, event, atMs));
}

const tick: RunEvent = { type: 'tick' };
const joined: RunEvent = { type: 'worker-joined', worker: 1, name: 'anna' };
const registered: RunEvent = { type: 'worker-registered', worker: 1, pid: 7 };
const gone: RunEvent = { type: 'worker-disconnected', worker: 1, why: 'killed' };
const failed = expect.objectContaining({ type: 'fail-job' });

test('nobody comes: it fails when the time is over, not before', () => {
  const [first, before, after] = run([0, tick], [4999, tick], [5000, tick]);
  expect([first, before]).toEqual([[], []]);
  expect(after).toEqual([
    { type: 'fail-job', why: 'there has been no worker for 5 s, and none has joined' },
  ]);
});

test('a worker that joined gets work when it has registered', () => {
  const [admitted, started] = run([10, joined], [20, registered]);
  expect(admitted).toEqual([]);
  expect(started).toMatchObject([{ type: 'start-attempt', worker: 1 }]);
});

test('the last worker is lost: the run goes on, and its time begins anew', () => {
  const [, , lost, , before, after] = run(
    ...([
      [10, joined],
      [20, registered],
      [9000, gone],
    ] as const),
    ...([
      [9100, tick],
      [14_000, tick],
      [14_100, tick],
    ] as const),
  );
  expect(lost).toMatchObject([{ type: 'worker-lost', worker: 1 }]);
  expect(before).toEqual([]);
  expect(after).toEqual([failed]);
});

test('one that was admitted and never registers is lost', () => {
  const [, , late] = run([10, joined], [900, tick], [1100, tick]);
  expect(late).toMatchObject([{ type: 'worker-lost', worker: 1 }]);
});
