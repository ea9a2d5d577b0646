/** A reduce task goes to the worker that holds most of its input. */
import { expect, test } from 'vitest';
import { given } from './scheduler-history.ts';

/** Two maps, three reduces; of each map output so many bytes are for each reduce. */
function givenRegions(options = {}) {
  const history = given({ mapTasks: 2, reduceTasks: 3, ...options });
  const complete = (attempt: number, ...bytes: number[]) => {
    const regions = bytes.map((count) => ({ bytes: count, crc32: 0 }));
    const output = { kind: 'map', records: 1, pairs: 1, regions } as const;
    return history.tell({ type: 'attempt-completed', attempt, output });
  };
  history.register(1, 2);
  return { ...history, completeMap: complete };
}

test('each worker gets the reduce task that is nearest to it', () => {
  const { completeMap } = givenRegions();
  completeMap(0, 10, 20, 30);
  expect(completeMap(1, 30, 20, 40)).toEqual([
    'accept #1',
    'map phase completed',
    '#2 reduce 2 -> 1',
    '#3 reduce 0 -> 2',
  ]);
});

test('what a lost worker held is nobody’s; what is made again counts where it is made', () => {
  const { completeMap, lose, state } = givenRegions();
  completeMap(0, 10, 20, 30);
  lose(1);
  expect(state.heldBytes.get(1)).toEqual([0, 0, 0]);
  completeMap(1, 30, 20, 40);
  expect(completeMap(2, 10, 40, 30)).toContain('#3 reduce 2 -> 2');
  expect(state.heldBytes.get(2)).toEqual([40, 60, 70]);
});

test('where all output is in one store, tasks go in their order', () => {
  const { completeMap, state } = givenRegions({ outputSurvives: true });
  completeMap(0, 10, 20, 30);
  expect(completeMap(1, 30, 20, 40)).toContain('#2 reduce 0 -> 1');
  expect(state.heldBytes.size).toBe(0);
});

/** Four map tasks; the master has one worker of its own, the others join. */
function givenHolders() {
  const history = given({ mapTasks: 4, workers: [1], waitForWorkersMs: 60_000 });
  const join = (worker: number, ...holds: number[]) => {
    const event = { type: 'worker-joined', worker, name: 'test', holds } as const;
    return [...history.tell(event), ...history.register(worker)];
  };
  return { ...history, join };
}

test('a map task goes to the worker that holds its input', () => {
  const { join, complete } = givenHolders();
  expect(join(5, 2, 3)).toEqual(['#0 map 2 -> 5']);
  expect(join(6, 0, 1)).toEqual(['#1 map 0 -> 6']);
  expect(complete(0)).toContain('#2 map 3 -> 5');
  expect(complete(1)).toContain('#3 map 1 -> 6');
});

test('who holds nothing that is left takes what nobody holds, then what others do', () => {
  const { join, register, complete } = givenHolders();
  expect(join(5, 0, 1)).toEqual(['#0 map 0 -> 5']);
  expect(register(1)).toEqual(['#1 map 2 -> 1']);
  expect(join(6)).toEqual(['#2 map 3 -> 6']);
  expect(complete(2)).toContain('#3 map 1 -> 6');
});

test('what a lost worker held is anybody’s', () => {
  const { join, register, lose } = givenHolders();
  join(5, 0, 1);
  lose(5);
  expect(register(1)).toEqual(['#1 map 0 -> 1 again']);
});
