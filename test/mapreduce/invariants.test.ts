/**
 * The scheduler under random histories: workers come, compute, fail, fall silent, come back
 * and are lost in any order, and tasks have several attempts. Named invariants hold after
 * every step, and every job whose faults stop ends.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  areAllCompleted,
  listPendingFaults,
} from '../../src/mapreduce/scheduler-state.ts';
import { RandomCluster, type Shape } from './random-cluster.ts';

const shapes = fc.record({
  maps: fc.integer({ min: 1, max: 5 }),
  reduces: fc.integer({ min: 1, max: 3 }),
  workers: fc.integer({ min: 1, max: 4 }),
  doomed: fc.subarray([1, 2, 3]),
  crashPercent: fc.constantFrom(0, 0, 20),
  outputSurvives: fc.boolean(),
  maxReplacements: fc.constantFrom(0, 2),
});

const histories = fc.array(fc.tuple(fc.nat(3), fc.nat(1000)), { maxLength: 120 });

/** Nobody fails any more but those whom the plan dooms: the job must come to its end. */
function runToTheEnd(cluster: RandomCluster): void {
  for (let i = 0; cluster.state.outcome === 'running'; i++) {
    if (i === 1000) throw new Error('no end, or a deadlock');
    const [event] = cluster.listEvents();
    if (event) cluster.happen(event);
    else cluster.passTime(400);
  }
}

function runHistory(shape: Shape, choices: readonly (readonly [number, number])[]) {
  const cluster = new RandomCluster(shape);
  try {
    for (const [kind, choice] of choices) {
      const events = cluster.listEvents();
      const event = events[choice % Math.max(1, events.length)];
      if (kind === 0) cluster.fail(choice);
      else if (event) cluster.happen(event);
      if (cluster.state.outcome !== 'running') return cluster;
    }
    runToTheEnd(cluster);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${cluster.log.slice(-60).join('\n')}`);
  }
  return cluster;
}

test('whatever happens in whatever order, the invariants hold and the job ends', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(shapes, histories, (shape, choices) => {
      const { state, log } = runHistory(shape, choices);
      const workers = [...state.workers.values()];
      const isAnyoneLeft = workers.some(({ status }) => status !== 'lost');
      expect(state.outcome).toBe(isAnyoneLeft ? 'completed' : 'failed');
      if (state.outcome === 'completed')
        expect(areAllCompleted(state.reduces)).toBe(true);
      for (const line of log) seen.add(/"type":"([^"]*)"/.exec(line)?.[1] as string);
    }),
    { numRuns: 1500 },
  );
  // The random histories are worth something only if they contain all of this.
  for (const type of ['ignore', 'cancel-attempt', 'attempt-cancelled', 'start-worker'])
    expect(seen).toContain(type);
  for (const type of ['retry', 'inputs-lost', 'worker-lost', 'kill-worker', 'tick'])
    expect(seen).toContain(type);
});

test('a plan to kill workers is carried out, backups or not', () => {
  fc.assert(
    fc.property(shapes, histories, (shape, choices) => {
      // Output that survives is not made again, so each doomed worker needs tasks of its own.
      const maps = shape.maps + (shape.outputSurvives ? 6 : 1);
      const quiet = { ...shape, maps, crashPercent: 0 };
      const doomed = shape.doomed.filter((id) => id <= shape.workers);
      const harmless = choices.map(([, choice]): [number, number] => [1, choice]);
      const { state } = runHistory({ ...quiet, doomed, maxReplacements: 0 }, harmless);
      expect(listPendingFaults(state)).toEqual([]);
      expect(state.outcome).toBe(doomed.length < shape.workers ? 'completed' : 'failed');
    }),
  );
});
