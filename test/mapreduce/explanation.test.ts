/** Why each task ran, told from literal entries of the stream. */
import { expect, test } from 'vitest';
import type { StreamEntry } from '../../src/mapreduce/events.ts';
import { Explanation, formatRanges } from '../../src/mapreduce/explanation.ts';

const split = (name: string) => ({ file: `/${name}`, name, start: 0, end: 1 });

function explain(...entries: object[]): string[] {
  const splits = [split('a.txt'), split('a.txt'), split('a.txt'), split('b.txt')];
  const explanation = new Explanation(splits, 2);
  for (const entry of entries) explanation.read({ atMs: 0, ...entry } as StreamEntry);
  return explanation.describe();
}

const map = (index: number) => ({ kind: 'map', index });
const reduce = (index: number) => ({ kind: 'reduce', index });
const start = (task: object, more = {}) => ({ type: 'start-attempt', task, ...more });

test('tasks with one story are one line, and each reason is told', () => {
  expect(
    explain(
      { type: 'reuse', task: map(3) },
      ...[0, 1, 2].map((index) => start(map(index))),
      {
        type: 'worker-lost',
        worker: 2,
        requeued: [
          { task: map(1), was: 'completed' },
          { task: map(2), was: 'in-progress' },
        ],
      },
      start(map(1)),
      start(map(2)),
      start(map(2), { backup: { worker: 4 } }),
      start(reduce(0)),
      start(reduce(1)),
      { type: 'inputs-lost', requeued: [{ task: reduce(1), was: 'in-progress' }] },
      start(reduce(1)),
    ),
  ).toEqual([
    'map 0  from a.txt: ran once',
    'map 1  from a.txt: ran twice: worker 2 was lost with its output',
    'map 2  from a.txt: ran 3 times: worker 2 was lost in the middle of it; backup for worker 4',
    'map 3  from b.txt: reused: it was completed before this run began',
    'reduce 0  from map 0-3: ran once',
    'reduce 1  from map 0-3: ran twice: some of its input was missing or damaged',
  ]);
});

test('a calm run is few lines, and a run that never began says so', () => {
  const all = [0, 1, 2, 3].map((index) => start(map(index)));
  expect(explain(...all)).toEqual([
    'map 0-3  from a.txt and b.txt: ran once',
    'reduce 0-1  from map 0-3: never ran',
  ]);
});

test('ranges', () => {
  expect(formatRanges([0, 1, 2, 4, 6, 7])).toBe('0-2, 4, 6-7');
  expect(formatRanges([5])).toBe('5');
});
