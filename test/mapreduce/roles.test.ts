/** Mappers and reducers, and what a timeout does: the document's rules, under literal events. */
import { expect, test } from 'vitest';
import { backUpAfter } from '../../src/mapreduce/backup-policy.ts';
import type { TaskKind } from '../../src/mapreduce/events.ts';
import type { SchedulerOptions } from '../../src/mapreduce/scheduler-state.ts';
import { given } from './scheduler-history.ts';

const roles = new Map<number, TaskKind>([
  [1, 'map'],
  [2, 'reduce'],
]);

const timeoutsMs = { map: 3000, reduce: 2000 };
const timely: Partial<SchedulerOptions> = {
  mapTasks: 1,
  timeoutsMs,
  chooseBackup: backUpAfter(timeoutsMs),
  maxReplacements: 1,
};

test('a mapper runs map tasks alone, a reducer reduce tasks alone', () => {
  const { register, complete } = given({ mapTasks: 2, reduceTasks: 2, roles });
  expect(register(2, 1)).toEqual(['#0 map 0 -> 1']);
  expect(complete(0)).toEqual(['accept #0', '#1 map 1 -> 1']);
  expect(complete(1).at(-1)).toBe('#2 reduce 0 -> 2');
  expect(complete(2).at(-1)).toBe('#3 reduce 1 -> 2');
});

test('the replacement of a mapper is a mapper', () => {
  const history = given({ roles, maxReplacements: 1 });
  history.register(1, 2);
  history.lose(1);
  expect(history.state.workers.get(3)).toMatchObject({ role: 'map', isOurs: true });
  expect(history.register(3)).toEqual(['#1 map 0 -> 3 again']);
});

test('without a mapper the job fails, however many reducers there are', () => {
  const { register, lose, state } = given({ roles });
  register(1, 2);
  lose(1);
  expect(state.outcome).toBe('failed');
});

test('mappers are not needed any more when their output survives them', () => {
  const { register, complete, lose, state } = given({
    mapTasks: 1,
    roles,
    outputSurvives: true,
  });
  register(1, 2);
  complete(0);
  lose(1);
  expect(state.outcome).toBe('running');
});

test('an attempt that exceeds its timeout has a backup on a free worker', () => {
  const { register, wait } = given(timely);
  register(1, 2);
  expect(wait(3000, 1, 2)).toEqual([]);
  expect(wait(500, 1, 2)).toEqual(['#1 map 0 -> 2 backup']);
});

test('where no worker is free, one is started, once', () => {
  const { register, wait, state } = given({ ...timely, roles });
  register(1, 2);
  expect(wait(3000, 1, 2)).toEqual([]);
  expect(wait(5000, 1, 2)).toHaveLength(1);
  expect(state.workers.get(3)).toMatchObject({ role: 'map', status: 'starting' });
  expect(register(3)).toEqual(['#1 map 0 -> 3 backup']);
  expect(state.replacements).toBe(1);
});

test('timeouts are those of the phase', () => {
  const { register, wait, complete } = given({ ...timely, reduceTasks: 1 });
  register(1, 2);
  complete(0);
  expect(wait(2000, 1, 2)).toEqual([]);
  expect(wait(500, 1, 2)).toEqual(['#2 reduce 0 -> 2 backup']);
});
