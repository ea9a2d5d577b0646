/** Faults that somebody who watches wishes for: into the scheduler, and onto the page. */
import { expect, test } from 'vitest';
import { Story } from './run-stories.ts';

test('a busy worker is killed in the middle of its task, once', () => {
  const story = new Story().begin();
  story.tell({ type: 'fault-injected', worker: 2, fault: 'kill' });
  story.tell({ type: 'fault-injected', worker: 2, fault: 'kill' });
  const kills = story.entries.filter(({ type }) => type === 'kill-worker');
  expect(kills).toMatchObject([{ worker: 2, task: { kind: 'map', index: 1 } }]);
  const run = story.lose(2).timeline.at(Infinity);
  expect(run.bars[1]).toMatchObject({ worker: 2, fate: 'killed' });
  expect(run.lanes.get(2)).toMatchObject({ state: 'lost' });
});

test('an idle worker is killed all the same', () => {
  const story = new Story(1, 1, 2).begin();
  story.tell({ type: 'fault-injected', worker: 2, fault: 'kill' });
  expect(story.entries.at(-1)).toMatchObject({
    ...{ type: 'kill-worker', worker: 2, attempt: undefined, task: undefined },
  });
  expect(story.timeline.at(Infinity).moments.at(-1)?.text).toBe(
    'SIGKILL to worker 2, while it is idle.',
  );
});

test('a fault that the plan had for a killed worker is not awaited any more', () => {
  const kill = { type: 'kill-worker', worker: 1, fraction: 0.5 } as const;
  const story = new Story(4, 1, 2, { faults: [kill] }).begin();
  story.tell({ type: 'fault-injected', worker: 1, fault: 'kill' });
  expect(story.lose(1).finish().timeline.at(Infinity).outcome).toBe('completed');
});

test('nobody kills who is lost, or was never there', () => {
  const story = new Story().begin().lose(2);
  const { length } = story.entries;
  for (const worker of [2, 7])
    story.tell({ type: 'fault-injected', worker, fault: 'kill' });
  expect(story.entries.slice(length).map(({ type }) => type)).toEqual([
    'fault-injected',
    'fault-injected',
  ]);
});

test('who is slowed down is said to be slow', () => {
  const story = new Story().begin();
  story.tell({ type: 'fault-injected', worker: 1, fault: 'slow' });
  expect(story.timeline.at(Infinity).lanes.get(1)).toMatchObject({ isSlowed: true });
});
