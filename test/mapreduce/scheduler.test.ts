/** The scheduler, driven by literal events: every rule of re-execution, without a process. */
import { describe, expect, test } from 'vitest';
import type { MapOutput } from '../../src/mapreduce/events.ts';
import { planKills } from '../../src/mapreduce/fault-plan.ts';
import { listPendingFaults } from '../../src/mapreduce/scheduler-state.ts';
import { given } from './scheduler-history.ts';

describe('without faults', () => {
  test('maps first, a barrier, then reduces; each task once', () => {
    const { register, complete } = given();
    expect(register(1, 2)).toEqual(['#0 map 0 -> 1', '#1 map 1 -> 2']);
    expect(complete(0)).toEqual(['accept #0', '#2 map 2 -> 1']);
    expect(complete(1)).toEqual(['accept #1']);
    expect(complete(2)).toEqual([
      'accept #2',
      'map phase completed',
      '#3 reduce 0 -> 1',
      '#4 reduce 1 -> 2',
    ]);
    expect(complete(4)).toEqual(['accept #4']);
    expect(complete(3)).toEqual(['accept #3', 'reduce phase completed', 'job completed']);
  });

  test('nothing is decided after the end', () => {
    const { register, complete, lose } = given({ mapTasks: 1, reduceTasks: 1 });
    register(1, 2);
    complete(0);
    expect(complete(1)).toContain('job completed');
    expect([lose(1), complete(1), register(2)].flat()).toEqual([]);
  });

  test('work begins with the first worker; a late one joins in', () => {
    const { register } = given();
    expect(register(2)).toEqual(['#0 map 0 -> 2']);
    expect(register(1)).toEqual(['#1 map 1 -> 1']);
  });
});

describe('a lost worker', () => {
  test('its running attempt and its completed maps go back to idle, at once', () => {
    const { register, complete, lose } = given();
    register(1, 2);
    complete(0);
    expect(lose(1)).toEqual(['worker-lost 1: map 0 completed, map 2 in-progress']);
    expect(complete(1)).toEqual(['accept #1', '#3 map 0 -> 2 again']);
    expect(complete(3)).toEqual(['accept #3', '#4 map 2 -> 2 again']);
  });

  test('in the reduce phase: the barrier closes again, completed reduces stay', () => {
    const { register, complete, lose } = given({ mapTasks: 2, reduceTasks: 3 });
    register(1, 2);
    complete(0);
    complete(1);
    expect(complete(2)).toEqual(['accept #2', '#4 reduce 2 -> 1']);
    expect(lose(1)).toEqual(['worker-lost 1: map 0 completed, reduce 2 in-progress']);
    expect(complete(3)).toEqual(['accept #3', '#5 map 0 -> 2 again']);
    expect(complete(5)).toEqual([
      'accept #5',
      'map phase completed',
      '#6 reduce 2 -> 2 again',
    ]);
    expect(complete(6)).toEqual(['accept #6', 'reduce phase completed', 'job completed']);
  });

  test('whose output survives: only what it ran goes back to idle', () => {
    const { register, complete, lose } = given({ outputSurvives: true });
    register(1, 2);
    complete(0);
    expect(lose(1)).toEqual(['worker-lost 1: map 2 in-progress']);
    expect(complete(1)).toEqual(['accept #1', '#3 map 2 -> 2 again']);
    expect(complete(3)).toEqual(['accept #3', 'map phase completed', '#4 reduce 0 -> 2']);
  });

  test('whose output survives, in the reduce phase: the barrier stays open', () => {
    const options = { mapTasks: 2, reduceTasks: 3, outputSurvives: true };
    const { register, complete, lose } = given(options);
    register(1, 2);
    complete(0);
    complete(1);
    expect(lose(1)).toEqual(['worker-lost 1: reduce 0 in-progress']);
    expect(complete(3)).toEqual(['accept #3', '#4 reduce 0 -> 2 again']);
  });

  test('its late result is ignored, and the task is still done', () => {
    const { register, complete, lose } = given({ mapTasks: 1 });
    register(1, 2);
    expect(lose(1)).toEqual(['worker-lost 1: map 0 in-progress', '#1 map 0 -> 2 again']);
    expect(complete(0)).toEqual(['ignore #0']);
    expect(complete(1)).toContain('accept #1');
  });

  test('it is lost once, and gets nothing any more', () => {
    const { register, lose } = given();
    register(1, 2);
    lose(1);
    expect([...lose(1), ...register(1)]).toEqual([]);
  });

  test('silence is loss; heartbeats are not silence', () => {
    const { register, wait } = given();
    register(1, 2);
    expect(wait(5_000, 2)).toEqual([]);
    expect(wait(500, 2)).toEqual(['worker-lost 1: map 0 in-progress']);
    expect(wait(4_000, 2)).toEqual([]);
  });

  test('a master that was away itself has heard nobody, and concludes nothing', () => {
    const { register, wait, pause } = given();
    register(1, 2);
    expect(pause(3_600_000)).toEqual(['slow #0 3600000 ms', 'slow #1 3600000 ms']);
    expect(wait(5_000)).toEqual([]);
    expect(wait(500).length).toBeGreaterThan(0);
  });

  test('a worker that starts has more time; one that never registers is lost', () => {
    const { register, wait } = given({ workers: [1] });
    expect(wait(60_000)).toEqual([]);
    expect(wait(500)).toEqual([
      'worker-lost 1: ',
      'job failed: the only worker is lost, nobody is left to run the tasks',
    ]);
    expect(register(1)).toEqual([]);
  });

  test('all lost: the job fails and says so', () => {
    const { register, lose } = given();
    register(1, 2);
    lose(1);
    expect(lose(2).at(-1)).toBe(
      'job failed: all 2 workers are lost, nobody is left to run the tasks',
    );
  });
});

describe('a failed attempt', () => {
  const failure = { error: 'Error: boom', on: 'record' };

  test('is tried again, three times in all', () => {
    const { register, tell, state } = given({ workers: [1], mapTasks: 1 });
    register(1);
    expect(tell({ type: 'attempt-failed', attempt: 0, failure })).toEqual([
      'retry #0',
      '#1 map 0 -> 1',
    ]);
    tell({ type: 'attempt-failed', attempt: 1, failure });
    expect(tell({ type: 'attempt-failed', attempt: 2, failure })).toEqual([
      'job failed: map task 0 failed in 3 attempts, last in attempt 2 on worker 1',
    ]);
    expect(state.outcome).toBe('failed');
  });

  test('of a lost worker says nothing about the task', () => {
    const { register, tell, lose } = given({ mapTasks: 1 });
    register(1, 2);
    lose(1);
    expect(tell({ type: 'attempt-failed', attempt: 0, failure })).toEqual([]);
  });
});

describe('map output that cannot be read', () => {
  test('its map task runs again, then the reduce task; neither has failed', () => {
    const { register, complete, tell } = given({
      workers: [1],
      mapTasks: 2,
      reduceTasks: 1,
    });
    register(1);
    complete(0);
    complete(1);
    expect(
      tell({
        type: 'inputs-missing',
        attempt: 2,
        missing: [{ map: 1, attempt: 1, problem: 'unreachable' }],
      }),
    ).toEqual([
      'inputs-lost 1: reduce 0 in-progress, map 1 completed',
      '#3 map 1 -> 1 again',
    ]);
    expect(complete(3)).toEqual([
      'accept #3',
      'map phase completed',
      '#4 reduce 0 -> 1 again',
    ]);
  });

  test('an accusation of an older attempt is not believed', () => {
    const { register, complete, tell, lose, state } = given({ mapTasks: 1 });
    register(1, 2);
    complete(0);
    lose(1);
    expect(
      tell({
        type: 'inputs-missing',
        attempt: 2,
        missing: [{ map: 0, attempt: 0, problem: 'damaged' }],
      }),
    ).toEqual(['inputs-lost 2: reduce 1 in-progress', '#3 map 0 -> 2 again']);
    expect(state.maps[0]?.failures).toBe(0);
  });

  test('damaged three times: the job fails rather than to go on for ever', () => {
    const { register, complete, tell } = given({
      workers: [1],
      mapTasks: 1,
      reduceTasks: 1,
    });
    register(1);
    let last: string[] = [];
    for (let attempt = 0; attempt < 6; attempt += 2) {
      complete(attempt);
      last = tell({
        type: 'inputs-missing',
        attempt: attempt + 1,
        missing: [{ map: 0, attempt, problem: 'damaged' }],
      });
    }
    expect(last).toEqual(['job failed: the output of map task 0 was damaged 3 times']);
  });
});

describe('a planned kill', () => {
  test('comes when the worker has completed a map and runs another, and not before', () => {
    const { register, complete, tell } = given({ faults: planKills([1], 1) });
    expect(register(1, 2)).toEqual(['#0 map 0 -> 1', '#1 map 1 -> 2']);
    expect(complete(0)).toEqual(['accept #0', '#2 map 2 -> 1 doomed']);
    expect(tell({ type: 'failpoint-reached', attempt: 2 })).toEqual(['kill 1']);
    expect(tell({ type: 'failpoint-reached', attempt: 2 })).toEqual([]);
  });

  test('map tasks are kept back for a doomed worker that is slow to start', () => {
    const { register, complete, state } = given({ faults: planKills([2], 1) });
    expect(register(1)).toEqual(['#0 map 0 -> 1']);
    expect(complete(0)).toEqual(['accept #0']);
    expect(register(2)).toEqual(['#1 map 1 -> 2']);
    expect(complete(1)).toEqual(['accept #1', '#2 map 2 -> 2 doomed']);
    expect(listPendingFaults(state)).toEqual([2]);
  });

  test('two doomed workers do not wait for each other', () => {
    const { register, complete, tell, lose } = given({
      workers: [1, 2, 3],
      mapTasks: 2,
      faults: planKills([1, 2], 1),
    });
    expect(register(3, 2)).toEqual([]);
    expect(register(1)).toEqual(['#0 map 0 -> 1']);
    expect(complete(0)).toEqual(['accept #0', '#1 map 1 -> 1 doomed']);
    tell({ type: 'failpoint-reached', attempt: 1 });
    expect(lose(1)).toEqual([
      'worker-lost 1: map 0 completed, map 1 in-progress',
      '#2 map 0 -> 2 again',
    ]);
    expect(complete(2)).toEqual(['accept #2', '#3 map 1 -> 2 again doomed']);
    tell({ type: 'failpoint-reached', attempt: 3 });
    expect(lose(2)).toEqual([
      'worker-lost 2: map 0 completed, map 1 in-progress',
      '#4 map 0 -> 3 again',
    ]);
  });

  test('whose moment never came is still pending at the end', () => {
    const { register, complete, state } = given({
      mapTasks: 1,
      reduceTasks: 1,
      faults: planKills([1], 1),
    });
    register(1, 2);
    complete(0);
    expect(complete(1)).toContain('job completed');
    expect(listPendingFaults(state)).toEqual([1]);
  });

  test('a doomed worker that is lost before keeps nothing back', () => {
    const { register, lose } = given({ faults: planKills([2], 1), mapTasks: 2 });
    expect(register(1)).toEqual([]);
    expect(lose(2)).toEqual(['worker-lost 2: ', '#0 map 0 -> 1']);
  });
});

test('an attempt that takes long is mentioned, once', () => {
  const { register, wait } = given();
  register(1);
  expect(wait(9_500, 1, 2)).toEqual([]);
  expect(wait(100_000, 1, 2)).toEqual(['slow #0 10000 ms']);
});

test('a job that a worker refuses fails with its reason', () => {
  const { tell } = given();
  expect(tell({ type: 'job-refused', worker: 1, why: 'it exports no map' })).toEqual([
    'job failed: it exports no map',
  ]);
});

test('input that is lost again and again ends the job in the end', () => {
  const { register, complete, tell, state } = given({ mapTasks: 1, reduceTasks: 1 });
  register(1);
  for (let round = 0; state.outcome === 'running'; round++) {
    expect(round).toBeLessThan(101);
    complete(2 * round);
    const missing = [{ map: 0, attempt: 2 * round, problem: 'unreachable' }] as const;
    tell({ type: 'inputs-missing', attempt: 2 * round + 1, missing });
  }
  expect(state.outcome).toBe('failed');
});

test('a job that emits nothing fails at the barrier', () => {
  const { register, tell } = given({ workers: [1], mapTasks: 1 });
  register(1);
  const output: MapOutput = { kind: 'map', records: 7, pairs: 0, regions: [] };
  expect(tell({ type: 'attempt-completed', attempt: 0, output })).toEqual([
    'accept #0',
    'map phase completed',
    'job failed: the map function emitted nothing for any of the 7 records',
  ]);
});

test('map output that is lost faster than it is made ends the job, and says what to do', () => {
  const options = { mapTasks: 21, workers: [1], maxReplacements: 1e6 };
  const history = given(options);
  let said: string[] = [];
  let losses = 0;
  for (let worker = 1; history.state.outcome === 'running'; worker++) {
    history.register(worker);
    // Two of the 21 are completed each time, then all of it is lost.
    for (let i = 0; i < 2; i++) history.complete(history.state.attempts.length - 1);
    said = history.lose(worker);
    losses += 2;
  }
  expect(losses).toBe(212);
  expect(said.at(-1)).toBe(
    'job failed: 212 times a completed map task was lost with its worker, and the job has 21: workers are lost faster than map output is made; keep it elsewhere with --store shared',
  );
});
