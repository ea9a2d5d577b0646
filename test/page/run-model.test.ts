/** The page's reducer: literal events in, lanes, bars, tasks and barriers out. */
import { describe, expect, test } from 'vitest';
import { expectBarrier } from '../../src/page/barrier.ts';
import { reckonCost } from '../../src/page/cost.ts';
import { chooseHeadline } from '../../src/page/headline.ts';
import type { RunModel } from '../../src/page/run-model.ts';
import { Story } from './run-stories.ts';

/** `1: map 0 completed`, in the order in which they began. */
function listBars({ bars }: RunModel): string[] {
  return bars.map(
    ({ worker, task, fate, isBackup }) =>
      `${worker}: ${task.kind} ${task.index} ${fate}${isBackup ? ', backup' : ''}`,
  );
}

describe('what becomes of attempts', () => {
  test('nothing fails: every attempt is completed, and the barrier opens once', () => {
    const story = new Story().begin().complete(0, 1, 2);
    const run = story.timeline.at(Infinity);
    expect(listBars(run)).toEqual([
      '1: map 0 completed',
      '2: map 1 completed',
      '1: reduce 0 completed',
    ]);
    expect(run.stage.barriers).toEqual([{ openMs: 50, closeMs: undefined }]);
    expect(run.outcome).toBe('completed');
    expect(reckonCost(run, story.facts, Infinity)).toMatchObject({ wastedAttempts: 0 });
    expect(chooseHeadline(run).text).toBe(
      'The job is completed: every output file is there.',
    );
  });

  test('a worker is lost: what it had completed is lost after the fact, and the barrier moves', () => {
    const story = new Story().begin().complete(0, 1);
    const openMs = story.nowMs;
    story.lose(1);
    const closeMs = story.nowMs;
    const { timeline } = story.finish();
    expect(listBars(timeline.at(openMs))).toEqual([
      '1: map 0 completed',
      '2: map 1 completed',
      '1: reduce 0 running',
    ]);
    const afterLoss = timeline.at(closeMs);
    expect(listBars(afterLoss)).toEqual([
      '1: map 0 lost later',
      '2: map 1 completed',
      '1: reduce 0 lost',
      '2: map 0 running',
    ]);
    expect(afterLoss.stage.barrier).toBeUndefined();
    expect(afterLoss.stage.cells.map[0]).toMatchObject({
      state: 'in-progress',
      attempts: 2,
    });
    expect(chooseHeadline(afterLoss)).toMatchObject({
      text: 'Worker 1 is lost, and with it the output of 1 completed map task: map 0 and reduce 0 go back to idle.',
      since: 'Worker 2 executes map 0 again: the earlier work was lost.',
    });
    const end = timeline.at(Infinity);
    expect(end.stage.barriers).toEqual([
      { openMs, closeMs },
      { openMs: closeMs + 10, closeMs: undefined },
    ]);
    expect(reckonCost(end, story.facts, Infinity)).toMatchObject({
      attempts: 5,
      wastedAttempts: 2,
      wastedMs: 20 + 10,
    });
  });
});

test('the barrier is expected later as soon as a completed map is lost', () => {
  const story = new Story(4, 1, 2).begin().complete(0, 1);
  const beforeMs = story.nowMs;
  story.lose(1);
  const { timeline } = story;
  const before = expectBarrier(timeline.at(beforeMs), beforeMs) as number;
  const after = expectBarrier(timeline.at(story.nowMs), story.nowMs) as number;
  expect(after).toBeGreaterThan(before + 10);
  const [move] = timeline.at(story.nowMs).stage.moves;
  expect(move?.atMs).toBe(story.nowMs);
  expect(move?.fromMs).toBeLessThan(after);
});

test('any moment can be looked at again: backwards is as good as forwards', () => {
  const { timeline, entries } = new Story(5, 2, 3)
    .begin()
    .complete(0, 1)
    .lose(2)
    .finish();
  const times = [...new Set(entries.map(({ atMs }) => atMs))];
  const forwards = times.map((ms) => JSON.stringify(timeline.at(ms)));
  const backwards = times.toReversed().map((ms) => JSON.stringify(timeline.at(ms)));
  expect(backwards.toReversed()).toEqual(forwards);
  expect(new Set(forwards).size).toBe(times.length);
});
