/** Several attempts of a task: backups, who wins, who is cancelled, and what a loss costs then. */
import { describe, expect, test } from 'vitest';
import { backUpStragglers, noBackups } from '../../src/mapreduce/backup-policy.ts';
import { describeFault, fateOf, planKills } from '../../src/mapreduce/fault-plan.ts';
import type { SchedulerOptions } from '../../src/mapreduce/scheduler-state.ts';
import { given } from './scheduler-history.ts';

const failure = { error: 'Error: boom', on: 'record' };

/** Workers 1 and 2 and two map tasks: attempt 0 on worker 1 straggles, worker 2 is free. */
function givenStraggler(options: Partial<SchedulerOptions> = {}) {
  const history = given({ mapTasks: 2, chooseBackup: backUpStragglers, ...options });
  history.register(1, 2);
  history.wait(500, 1, 2);
  history.complete(1);
  return history;
}

/** The same, and attempt 2 on worker 2 is its backup. */
function givenBackup(options: Partial<SchedulerOptions> = {}) {
  const history = givenStraggler(options);
  expect(history.wait(1_000, 1, 2)).toEqual(['#2 map 0 -> 2 backup']);
  return history;
}

describe('a straggler', () => {
  test('gets a backup when it has taken twice the median and nothing else is to do', () => {
    const { wait } = givenStraggler();
    expect(wait(500, 1, 2)).toEqual([]);
    expect(wait(500, 1, 2)).toEqual(['#2 map 0 -> 2 backup']);
  });

  test('waits while a task is idle', () => {
    const { register, wait, complete } = given({ chooseBackup: backUpStragglers });
    register(1, 2);
    expect(wait(500, 1, 2)).toEqual([]);
    expect(complete(1)).toEqual(['accept #1', '#2 map 2 -> 2']);
    expect(wait(2_000, 1, 2)).toEqual([]);
    expect(complete(2)).toEqual(['accept #2', '#3 map 0 -> 2 backup']);
  });

  test('gets one backup, not three', () => {
    const { register, wait, complete } = given({
      workers: [1, 2, 3, 4],
      mapTasks: 4,
      chooseBackup: backUpStragglers,
    });
    register(1, 2, 3, 4);
    wait(500, 1, 2, 3, 4);
    for (const attempt of [1, 2, 3]) complete(attempt);
    expect(wait(5_000, 1, 2, 3, 4)).toEqual(['#4 map 0 -> 2 backup']);
  });

  test('is waited for without backups, and when there is no median', () => {
    const patient = givenStraggler({ chooseBackup: noBackups });
    expect(patient.wait(5_000, 1, 2)).toEqual([]);
    const alone = given({ mapTasks: 1, chooseBackup: backUpStragglers });
    alone.register(1, 2);
    expect(alone.wait(5_000, 1, 2)).toEqual([]);
  });

  test('in the reduce phase: the median is that of reduce attempts', () => {
    const { register, wait, complete } = given({
      mapTasks: 1,
      chooseBackup: backUpStragglers,
    });
    register(1, 2);
    wait(500, 1, 2);
    complete(0);
    expect(wait(4_000, 1, 2)).toEqual([]);
    complete(1);
    expect(wait(4_000, 1, 2)).toEqual([]);
    expect(wait(500, 1, 2)).toEqual(['#3 reduce 1 -> 1 backup']);
    expect(complete(3)).toEqual([
      'accept #3',
      'cancel-attempt #2',
      'reduce phase completed',
      'job completed',
    ]);
  });

  test('whose worker is silent gets a backup at once; an idle silent worker gets nothing', () => {
    const { register, wait, tell } = given({
      workers: [1, 2, 3],
      mapTasks: 1,
      chooseBackup: backUpStragglers,
      lostAfterMs: 60_000,
      silentAfterMs: 3_000,
    });
    register(1, 2, 3);
    expect(wait(3_000, 3)).toEqual([]);
    expect(wait(500, 3)).toEqual(['#1 map 0 -> 3 backup']);
    expect(tell({ type: 'heartbeat', worker: 2 })).toEqual([]);
  });

  test('that is to be killed keeps its fate', () => {
    const { register, wait, complete } = given({
      faults: planKills([1], 1),
      chooseBackup: backUpStragglers,
    });
    register(1, 2);
    expect(complete(0)).toEqual(['accept #0', '#2 map 2 -> 1 doomed']);
    expect(complete(1)).toEqual(['accept #1']);
    expect(wait(9_000, 1, 2)).toEqual([]);
  });
});

describe('of two attempts', () => {
  test('the backup wins: the first is cancelled, and its worker free when it has stopped', () => {
    const { complete, tell } = givenBackup();
    expect(complete(2)).toEqual([
      'accept #2',
      'cancel-attempt #0',
      'map phase completed',
      '#3 reduce 0 -> 2',
    ]);
    expect(tell({ type: 'attempt-cancelled', attempt: 0 })).toEqual(['#4 reduce 1 -> 1']);
  });

  test('the first wins after all: the backup is cancelled', () => {
    const { complete, tell } = givenBackup();
    expect(complete(0).slice(0, 2)).toEqual(['accept #0', 'cancel-attempt #2']);
    expect(tell({ type: 'attempt-cancelled', attempt: 2 })).toEqual(['#4 reduce 1 -> 2']);
  });

  test('the loser finishes before it hears that it is cancelled: ignored, and free', () => {
    const { complete } = givenBackup();
    complete(2);
    expect(complete(0)).toEqual(['ignore #0', '#4 reduce 1 -> 1']);
  });

  test('the loser fails before it hears of it: no failure of the task', () => {
    const { complete, tell, state } = givenBackup();
    complete(2);
    expect(tell({ type: 'attempt-failed', attempt: 0, failure })).toEqual([
      '#4 reduce 1 -> 1',
    ]);
    expect(state.maps[0]?.failures).toBe(0);
  });

  test('one fails: the other runs on; both fail: the task is idle again', () => {
    const { tell } = givenBackup();
    expect(tell({ type: 'attempt-failed', attempt: 0, failure })).toEqual([
      'retry #0, another runs on',
    ]);
    expect(tell({ type: 'attempt-failed', attempt: 2, failure })).toEqual([
      'retry #2',
      '#3 map 0 -> 1',
    ]);
  });

  test('one is lost with its worker: the other runs on, nothing goes back to idle', () => {
    const { lose, complete } = givenBackup();
    expect(lose(1)).toEqual(['worker-lost 1: ']);
    expect(complete(2)).toContain('accept #2');
    const both = givenBackup({ workers: [1, 2, 3] });
    both.lose(1);
    expect(both.lose(2)).toEqual(['worker-lost 2: map 0 in-progress, map 1 completed']);
    expect(both.register(3)).toEqual(['#3 map 0 -> 3 again']);
  });

  test('the winner is lost with its output: the task is idle, the loser is not believed', () => {
    const { complete, lose } = givenBackup();
    complete(2);
    expect(lose(2)).toEqual([
      'worker-lost 2: map 0 completed, map 1 completed, reduce 0 in-progress',
    ]);
    expect(complete(0)).toEqual(['ignore #0', '#4 map 0 -> 1 again']);
  });

  test('one cannot read its input: the other may', () => {
    const { register, wait, complete, tell } = given({
      mapTasks: 1,
      chooseBackup: backUpStragglers,
    });
    register(1, 2);
    complete(0);
    complete(1);
    expect(wait(500, 1, 2)).toEqual(['#3 reduce 1 -> 1 backup']);
    const missing = [{ map: 0, attempt: 0, problem: 'unreachable' }] as const;
    expect(tell({ type: 'inputs-missing', attempt: 3, missing })).toEqual([
      'inputs-lost 1: map 0 completed',
      '#4 map 0 -> 1 again',
    ]);
    expect(complete(2)).toContain('job completed');
  });

  test('a cancelled one at its failpoint kills nobody', () => {
    const crash = { type: 'crash-attempts', percent: 100, seed: 1 } as const;
    const { wait, complete, tell } = givenStraggler({ faults: [crash] });
    expect(wait(1_000, 1, 2)).toEqual(['#2 map 0 -> 2 backup doomed']);
    complete(2);
    expect(tell({ type: 'failpoint-reached', attempt: 0 })).toEqual([]);
    expect(tell({ type: 'attempt-cancelled', attempt: 0 })).toEqual([
      '#4 reduce 1 -> 1 doomed',
    ]);
    expect(tell({ type: 'failpoint-reached', attempt: 4 })).toEqual(['kill 1']);
  });
});

describe('the policy', () => {
  const candidate = (runningMs: number, isSilent = false) => {
    const [task] = given().state.maps;
    return { task: task!, runningMs, isSilent };
  };

  test('takes the silent first, then the one that has run longest', () => {
    const [young, old, silent] = [candidate(2_001), candidate(9_000), candidate(1, true)];
    expect(backUpStragglers([young, old, silent], 1_000)).toBe(silent);
    expect(backUpStragglers([young, old], 1_000)).toBe(old);
    expect(backUpStragglers([young], 1_000)).toBe(young);
  });

  test('leaves alone what is not slow, or too short to tell, or beyond comparison', () => {
    expect(backUpStragglers([candidate(2_000)], 1_000)).toBeUndefined();
    expect(backUpStragglers([candidate(300)], 1)).toBeUndefined();
    expect(backUpStragglers([candidate(301)], 1)).toBeDefined();
    expect(backUpStragglers([candidate(3_600_000)], undefined)).toBeUndefined();
    expect(backUpStragglers([candidate(0, true)], undefined)).toBeDefined();
  });
});

describe('the place of a lost worker', () => {
  test('is taken by a new one, as long as there are replacements', () => {
    const { register, lose, state } = given({ maxReplacements: 2 });
    register(1, 2);
    expect(lose(1)).toEqual(['worker-lost 1: map 0 in-progress', 'start 3 for 1']);
    expect(register(3)).toEqual(['#2 map 0 -> 3 again']);
    lose(2);
    expect(state.workers.get(4)?.status).toBe('starting');
    expect(lose(3)).toEqual(['worker-lost 3: map 0 in-progress']);
    expect(lose(4).at(-1)).toBe(
      'job failed: all 4 workers are lost, nobody is left to run the tasks, and 2 replacements were all that is allowed',
    );
  });

  test('all at once lost: the job goes on with those that come', () => {
    const { register, lose, state } = given({ workers: [1], maxReplacements: 1 });
    register(1);
    lose(1);
    expect(state.outcome).toBe('running');
    expect(register(2)).toEqual(['#1 map 0 -> 2 again']);
  });

  test('a worker that comes by itself is given work, and not replaced', () => {
    const { register, lose } = given({ workers: [1], maxReplacements: 9 });
    register(1);
    expect(register(7)).toEqual(['#1 map 1 -> 7']);
    expect(lose(7)).toEqual(['worker-lost 7: map 1 in-progress']);
  });

  test('map output that survives its worker is not made again', () => {
    const { register, complete, lose } = given({ outputSurvives: true });
    register(1, 2);
    complete(0);
    expect(lose(1)).toEqual(['worker-lost 1: map 2 in-progress']);
    expect(complete(1)).toEqual(['accept #1', '#3 map 2 -> 2 again']);
    expect(complete(3)).toContain('map phase completed');
  });
});

describe('chance', () => {
  const crash = { type: 'crash-attempts', percent: 30, seed: 1 } as const;
  const delay = { type: 'delay-attempts', percent: 20, delayMs: 7, seed: 1 } as const;
  const draws = Array.from({ length: 4000 }, (_, i) =>
    fateOf([crash, delay], { kind: i % 2 ? 'map' : 'reduce', index: i >> 3 }, i & 7),
  );

  test('hits as many of a hundred attempts as it should, at any moment of them', () => {
    const moments = draws.flatMap(({ crashAt }) => crashAt ?? []);
    expect(moments.length / draws.length).toBeCloseTo(0.3, 1);
    const early = moments.filter((moment) => moment < 0.5).length;
    expect(early / moments.length).toBeCloseTo(0.5, 1);
    expect(Math.max(...moments)).toBeLessThan(1);
    const late = draws.filter(({ delayMs }) => delayMs === 7).length;
    expect(late / draws.length).toBeCloseTo(0.2, 1);
    const both = draws.filter((d) => d.delayMs > 0 && d.crashAt !== undefined).length;
    expect(both / draws.length).toBeCloseTo(0.06, 1);
  });

  test('is a function of seed, task and attempt: the same again, another elsewhere', () => {
    const draw = (seed: number) =>
      Array.from({ length: 64 }, (_, i) => {
        const task = { kind: 'map', index: i >> 2 } as const;
        return fateOf([{ ...crash, seed }], task, i & 3).crashAt;
      });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('hits the kind it is meant for; never and always are exact', () => {
    const maps = { ...crash, percent: 100, kind: 'map' } as const;
    expect(fateOf([maps], { kind: 'reduce', index: 0 }, 0).crashAt).toBeUndefined();
    expect(fateOf([maps], { kind: 'map', index: 0 }, 0).crashAt).toBeDefined();
    const never = { ...crash, percent: 0 };
    for (let i = 0; i < 500; i++) {
      expect(fateOf([never], { kind: 'map', index: i }, 0).crashAt).toBeUndefined();
    }
  });

  test('says what it will do', () => {
    expect([crash, delay, { ...delay, kind: 'map' } as const].map(describeFault)).toEqual(
      [
        'SIGKILL to the worker in the middle of 30 % of the attempts',
        '20 % of the attempts begin with 7 ms of sleep',
        '20 % of the map attempts begin with 7 ms of sleep',
      ],
    );
  });
});
