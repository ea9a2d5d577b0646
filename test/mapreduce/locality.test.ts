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
