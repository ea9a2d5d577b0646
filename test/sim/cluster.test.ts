/** The simulated cluster: faults of a plan, and wishes that change the future alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backUpStragglers } from '../../src/mapreduce/backup-policy.ts';
import type { StreamEntry } from '../../src/mapreduce/events.ts';
import { planKills } from '../../src/mapreduce/fault-plan.ts';
import { type ClusterPlan, runCluster, type Wish } from '../../src/sim/cluster.ts';

const plan: ClusterPlan = {
  ...{ maps: 9, reduces: 3, workers: 3, chooseBackup: backUpStragglers },
  takesMs: ({ kind, index }) => (kind === 'map' ? 700 + 50 * index : 1000),
};

function findType<Type extends StreamEntry['type']>(
  entries: readonly StreamEntry[],
  type: Type,
) {
  return entries.filter((entry) => entry.type === type) as (StreamEntry & {
    type: Type;
  })[];
}

test('a planned kill comes in the middle of a map task, with another one completed', () => {
  const entries = runCluster({ ...plan, faults: planKills([2], 1) });
  const [kill] = findType(entries, 'kill-worker');
  expect(kill).toMatchObject({ worker: 2, task: { kind: 'map' } });
  const [lost] = findType(entries, 'worker-lost');
  expect(lost?.requeued.map(({ was }) => was).sort()).toEqual([
    'completed',
    'in-progress',
  ]);
  expect(lost?.atMs).toBeGreaterThan(kill?.atMs as number);
  expect(entries.at(-1)?.type).toBe('complete-job');
});

test('a killed worker says nothing more, not even before its loss is noticed', () => {
  // Worker 1 would complete map 0 between the signal and the end of its connection.
  const wishes: Wish[] = [{ worker: 1, fault: 'kill', atMs: 695 }];
  const entries = runCluster({ ...plan, wishes });
  const lostMs = findType(entries, 'worker-lost')[0]?.atMs as number;
  expect(lostMs).toBeGreaterThan(700);
  const accepted = findType(entries, 'accept').filter(({ worker }) => worker === 1);
  expect(accepted).toEqual([]);
});

test('a slow worker takes as many times as long as its factor says', () => {
  const faults = [{ type: 'slow-worker', worker: 3, factor: 4 } as const];
  const entries = runCluster({ ...plan, faults, chooseBackup: () => undefined });
  const [start] = findType(entries, 'start-attempt').filter(({ worker }) => worker === 3);
  const done = findType(entries, 'attempt-completed').find(
    ({ attempt }) => attempt === start?.attempt,
  );
  expect(done?.atMs).toBe(4 * 800);
});

test('a wish to be slow holds from the next task on', () => {
  const wishes: Wish[] = [{ worker: 1, fault: 'slow', atMs: 10 }];
  const entries = runCluster({ ...plan, wishes, chooseBackup: () => undefined });
  const [first, second] = findType(entries, 'accept').filter(
    ({ worker }) => worker === 1,
  );
  expect(first?.atMs).toBe(700);
  expect((second?.atMs as number) - 700).toBeGreaterThan(5000);
});

test('when all are killed the job fails, and says why', () => {
  const wishes = [1, 2, 3].map((worker): Wish => ({ worker, fault: 'kill', atMs: 900 }));
  const last = runCluster({ ...plan, wishes }).at(-1);
  expect(last).toMatchObject({ type: 'fail-job', why: expect.stringContaining('all 3') });
});

test('another future has the same past, entry for entry', () => {
  const wish = fc.record({
    worker: fc.integer({ min: 1, max: 3 }),
    fault: fc.constantFrom('kill' as const, 'slow' as const),
    atMs: fc.integer({ min: 0, max: 6000 }),
  });
  const plans = fc.record({
    outputSurvives: fc.boolean(),
    faults: fc.constantFrom([], planKills([1], 5)),
    wishes: fc.array(wish, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(plans, wish, (options, next) => {
      const before = options.wishes.filter(({ atMs }) => atMs <= next.atMs);
      const old = runCluster({ ...plan, ...options, wishes: before });
      const fork = runCluster({ ...plan, ...options, wishes: [...before, next] });
      const past = old.filter(({ atMs }) => atMs <= next.atMs);
      expect(fork.slice(0, past.length)).toEqual(past);
      const isOver = past.length === old.length;
      if (isOver) expect(fork).toEqual(old);
      else expect(fork[past.length]).toEqual({ type: 'fault-injected', ...next });
    }),
  );
});

test('a wish of the same millisecond comes after all else that happens then', () => {
  const old = runCluster(plan);
  const momentsMs = [...new Set(old.map(({ atMs }) => atMs))].slice(0, -1);
  for (const atMs of momentsMs) {
    for (const worker of [1, 2, 3]) {
      const fork = runCluster({ ...plan, wishes: [{ worker, fault: 'kill', atMs }] });
      const past = old.filter((entry) => entry.atMs <= atMs);
      expect(fork.slice(0, past.length)).toEqual(past);
      expect(fork[past.length]).toMatchObject({ type: 'fault-injected', worker });
    }
  }
});
