/**
 * What is made again when output of a stage is lost after the stage was over: the least that
 * is needed, by literal events.
 */
import { expect, test } from 'vitest';
import { given } from './scheduler-history.ts';

/** Bytes for each of two reduce tasks. */
const mapOutput = (...bytes: number[]) => ({
  kind: 'map' as const,
  records: 1,
  pairs: 1,
  regions: bytes.map((one) => ({ bytes: one, crc32: 0 })),
});

/** Worker 1 has made maps 0 and 2, worker 2 map 1; map 2 has nothing for reduce 1. */
function givenCompleted(outputSurvives = false) {
  const history = given({ outputSurvives });
  const { tell, register, complete } = history;
  const completeMap = (attempt: number, ...bytes: number[]) =>
    tell({ type: 'attempt-completed', attempt, output: mapOutput(...bytes) });
  register(1, 2);
  completeMap(0, 5, 5);
  completeMap(1, 5, 5);
  completeMap(2, 5, 0);
  complete(3);
  expect(complete(4)).toContain('job completed');
  const reopen = (lostOutputs: number[], lostWorkers: number[]) => {
    const workers = [1, 2].filter((id) => !lostWorkers.includes(id));
    const crew = { workers, lostWorkers, nextAttempt: 20 };
    return tell({ type: 'stage-reopened', lostOutputs, ...crew });
  };
  return { ...history, reopen };
}

test('all map output is there: the reduce task alone, under a number of its own', () => {
  const { reopen, register, complete } = givenCompleted();
  expect(reopen([1], [])).toEqual(['reopen-stage: reduce 1 completed']);
  expect(register(1)).toEqual(['map phase completed', '#20 reduce 1 -> 1 again']);
  expect(complete(20)).toEqual(['accept #20', 'reduce phase completed', 'job completed']);
});

test('a worker is lost since: of its maps those that the reduce task needs', () => {
  const { reopen, register, complete } = givenCompleted();
  expect(reopen([1], [1])).toEqual(['reopen-stage: reduce 1 completed, map 0 completed']);
  expect(register(2)).toEqual(['#20 map 0 -> 2 again']);
  expect(complete(20)).toContain('#21 reduce 1 -> 2 again');
});

test('a worker that nobody needs anything of costs nothing', () => {
  const { reopen } = givenCompleted();
  expect(reopen([], [1, 2])).toEqual(['reopen-stage: ']);
});

test('on stable storage no map task runs again', () => {
  const { reopen } = givenCompleted(true);
  expect(reopen([0, 1], [1])).toEqual([
    'reopen-stage: reduce 0 completed, reduce 1 completed',
  ]);
});

test('a worker that is lost after the stage goes on takes its maps along', () => {
  const { reopen, register, lose } = givenCompleted();
  reopen([1], []);
  register(1);
  expect(lose(2)).toEqual(['worker-lost 2: map 1 completed']);
});

test('a suspended stage runs nothing, and goes on where it was', () => {
  const { tell, register, complete } = given();
  register(1, 2);
  complete(0);
  expect(tell({ type: 'input-lost', attempt: 1, outputs: [3] })).toEqual([
    'suspend-stage for 3',
  ]);
  expect([complete(2), register(3)].flat()).toEqual([]);
  const crew = { workers: [1, 2], lostWorkers: [], nextAttempt: 9 };
  expect(tell({ type: 'stage-reopened', lostOutputs: [], ...crew })).toEqual([
    'reopen-stage: map 1 in-progress, map 2 in-progress',
  ]);
  expect(register(1)).toEqual(['#9 map 1 -> 1 again']);
  // Told to stop, and finished all the same: somebody else has the task now.
  expect(complete(2)).toEqual(['ignore #2']);
});
