/** A simulated run as its page gets it: the same past in every future, and bounded work. */
import { expect, test } from 'vitest';
import { recordRun, simulateRun } from '../../src/cli/simulated-run.ts';
import { addWish, simulationBounds } from '../../src/page/simulation.ts';

const plan = { taskMs: 1000, seed: 1, killWorkers: [2], killsAt: [], slowWorkers: [] };
const settings = {
  ...{ workers: 4, mapTasks: 12, reduceTasks: 4 },
  ...{ hasBackups: true, outputSurvives: false, wishes: [] },
};

test('a fault at any moment that is looked at leaves what was, entry for entry', () => {
  const { entries } = recordRun(settings, plan);
  const overMs = entries.at(-1)?.atMs as number;
  for (let atMs = 0; atMs < overMs; atMs += 37.5) {
    const past = entries.filter((entry) => entry.atMs <= atMs);
    for (const worker of [1, 2, 3]) {
      const forked = recordRun(addWish(settings, worker, 'kill', atMs), plan);
      expect(forked.entries.slice(0, past.length)).toEqual(past);
      expect(forked.entries[past.length]).toMatchObject({
        ...{ type: 'fault-injected', worker, atMs: Math.floor(atMs) },
      });
    }
  }
});

test('the facts say what was simulated, and what it takes without faults', () => {
  const { facts } = recordRun(addWish(settings, 1, 'slow', 100), plan);
  const calm = simulateRun(settings, { ...plan, killWorkers: [] });
  expect(facts).toMatchObject({
    simulation: { workers: 4, wishes: [{ worker: 1, fault: 'slow', atMs: 100 }] },
    baseline: { state: 'measured', makespanMs: calm.costs.makespanMs, attempts: 16 },
    outcome: 'completed',
  });
  expect(facts.faults).toHaveLength(1);
});

test('a fault for a worker that the page has taken away is none', () => {
  const one = { ...addWish(settings, 3, 'kill', 500), workers: 1 };
  const { facts } = recordRun(one, plan);
  expect(facts).toMatchObject({ faults: [], outcome: 'completed' });
  expect(facts.simulation?.wishes).toEqual([]);
});

test('the largest cluster and the slowest worker are simulated all the same', () => {
  const [, workers] = simulationBounds.workers;
  const [, mapTasks] = simulationBounds.mapTasks;
  const [, reduceTasks] = simulationBounds.reduceTasks;
  const largest = { ...settings, workers, mapTasks, reduceTasks };
  const slow = [{ worker: 1, factor: 1e6 }];
  const crawl = { ...plan, taskMs: 600_000, killWorkers: [], slowWorkers: slow };
  for (const one of [largest, { ...largest, workers: 1 }]) {
    const { costs } = simulateRun(one, crawl);
    expect(costs.outcome).toBe('completed');
    expect(costs.tally.completed).toEqual({ map: mapTasks, reduce: reduceTasks });
  }
});
