/** The page's reducer on runs of several stages: literal events in, stages and bars out. */
import { describe, expect, test, vi } from 'vitest';
import { expectBarrier } from '../../src/page/barrier.ts';
import { reckonCost } from '../../src/page/cost.ts';
import { chooseHeadline } from '../../src/page/headline.ts';
import { RunLog } from '../../src/page/run-log.ts';
import { Story, tellStages } from './run-stories.ts';

const jobs = ['word-count', 'by-frequency'];
/** Worker 2, which is lost in stage 2, then an output file of stage 1, which it had helped to make. */
const story = tellStages();
const { timeline } = story;

/** The moment of the first entry of a type, in a stage. */
function findMs(type: string, stage: number): number {
  const found = story.entries.find((one) => one.type === type && one.stage === stage);
  if (!found) throw new Error(`no ${type} in stage ${stage}`);
  return found.atMs;
}

describe('what runs', () => {
  test('the first stage alone has tasks, until the second begins and says how many', () => {
    const before = timeline.at(findMs('run-started', 2) - 1);
    expect(before.stages.map(({ number, state }) => [number, state])).toEqual([
      [1, 'completed'],
    ]);
    expect(before.outcome).toBe('running');
    const after = timeline.at(findMs('run-started', 2));
    expect(after.stage).toMatchObject({ number: 2, job: 'by-frequency' });
    expect(after.stage.cells.map).toHaveLength(3);
    expect(after.stage.cells.reduce).toHaveLength(1);
    expect(chooseHeadline(after)).toMatchObject({
      stage: 'Stage 2 of 2, by-frequency',
      text: 'Stage 2 begins: by-frequency reads the output files of stage 1.',
    });
  });

  test('each attempt is of a stage, and ends as it should', () => {
    const { bars } = timeline.at(Infinity);
    expect(
      bars.map(
        ({ worker, stage, task, fate }) =>
          `${worker}: ${stage} ${task.kind} ${task.index} ${fate}`,
      ),
    ).toEqual([
      '1: 1 map 0 completed',
      '2: 1 map 1 lost later',
      '1: 1 reduce 0 completed',
      '2: 1 reduce 1 lost later',
      '1: 2 map 0 completed',
      '2: 2 map 1 lost',
      '1: 2 map 2 input missing',
      '1: 1 map 1 completed',
      '1: 1 reduce 1 completed',
      '1: 2 map 1 completed',
      '1: 2 map 2 completed',
      '1: 2 reduce 0 completed',
    ]);
  });

  test('a stage begins where it begins, and where it goes on', () => {
    const { begins } = timeline.at(Infinity);
    expect(begins.map(({ stage, how }) => [stage.number, how])).toEqual([
      [1, 'first'],
      [2, 'first'],
      [1, 'again'],
      [2, 'resumed'],
    ]);
  });
});

describe('output of the first stage that is lost before the second has read it', () => {
  test('the second stage waits, and runs nothing', () => {
    const run = timeline.at(findMs('suspend-stage', 2));
    expect(run.stage).toMatchObject({ number: 2, state: 'waiting' });
    expect(run.stage.cells.map.map(({ state }) => state)).toEqual([
      'completed',
      'idle',
      'idle',
    ]);
    expect(chooseHeadline(run)).toMatchObject({
      tone: 'bad',
      text: 'mr-out-1 of stage 1 is lost before stage 2 has read all of it: stage 2 waits.',
    });
  });

  test('the first stage makes it again, and what it needs; nothing else is taken back', () => {
    const run = timeline.at(findMs('reopen-stage', 1));
    const [first, second] = run.stages;
    expect(run.stage).toBe(first);
    expect(first?.cells.map.map(({ state }) => state)).toEqual(['completed', 'idle']);
    expect(first?.cells.reduce.map(({ state }) => state)).toEqual(['completed', 'idle']);
    expect(second?.state).toBe('waiting');
    expect(chooseHeadline(run)).toMatchObject({
      stage: 'Stage 1 of 2, word-count; stage 2 waits',
      text: 'Stage 1 makes mr-out-1 again while stage 2 waits: reduce 1 and map 1 go back to idle, since a lost worker had the map output.',
    });
  });

  test('its barrier closes and opens again; that of the other stage is its own', () => {
    const reopenedMs = findMs('reopen-stage', 1);
    const [first, second] = timeline.at(Infinity).stages;
    expect(first?.barriers).toEqual([
      { openMs: findMs('phase-completed', 1), closeMs: reopenedMs },
      { openMs: reopenedMs + 20, closeMs: undefined },
    ]);
    expect(first?.moves).toEqual([
      { atMs: reopenedMs, fromMs: findMs('phase-completed', 1) },
    ]);
    expect(second?.barriers).toHaveLength(1);
  });

  test('the second stage goes on where it stood, and the job is completed', () => {
    const run = timeline.at(findMs('reopen-stage', 2));
    expect(run.stage).toMatchObject({ number: 2, state: 'running' });
    expect(chooseHeadline(run).text).toBe(
      'Stage 2 goes on where it stood: map 2 goes back to idle.',
    );
    const end = timeline.at(Infinity);
    expect(end.outcome).toBe('completed');
    expect(end.overMs).toBe(timeline.endMs);
    expect(chooseHeadline(end)).toMatchObject({
      stage: 'All stages: word-count, then by-frequency',
      text: 'The job is completed: every output file is there.',
    });
    // Made in vain: what was lost of stage 1, and two attempts of stage 2.
    expect(reckonCost(end, story.facts, Infinity)).toMatchObject({
      attempts: 12,
      wastedAttempts: 4,
    });
  });

  test('the stage that alone made files again is told so; its barrier stays open', () => {
    const calm = new Story(2, 1, 2, {}, jobs).begin().complete(0, 1, 2);
    const openMs = calm.nowMs - 10;
    calm.next(2, 1).tell({ type: 'input-lost', attempt: 3, outputs: [0] });
    const { timeline: again } = calm.goOn(1, [0]).finish();
    const { stage, moments } = again.at(Infinity);
    expect(stage).toMatchObject({
      number: 1,
      barriers: [{ openMs, closeMs: undefined }],
    });
    const barriers = moments.filter(({ text }) => text.includes('the barrier opens'));
    expect(barriers).toHaveLength(1);
    expect(moments.at(-1)?.text).toBe(
      'Stage 1 is completed again: all its output is there.',
    );
  });
});

test('a run that fails between two stages says so at its end', () => {
  const run = timeline.at(findMs('complete-job', 1));
  const facts = { ...story.facts, outcome: 'failed', why: 'it is another file' } as const;
  expect(chooseHeadline(run, facts)).toMatchObject({
    text: 'The job has failed: it is another file.',
    tone: 'bad',
  });
});

test('a stage that begins knows nothing of how long the one before took', () => {
  const ms = findMs('run-started', 2);
  expect(expectBarrier(timeline.at(ms), ms)).toBeUndefined();
});

test('any moment can be looked at again: backwards is as good as forwards', () => {
  const times = [...new Set(story.entries.map(({ atMs }) => atMs))];
  const forwards = times.map((ms) => JSON.stringify(timeline.at(ms)));
  const backwards = times.toReversed().map((ms) => JSON.stringify(timeline.at(ms)));
  expect(backwards.toReversed()).toEqual(forwards);
});

test('a worker that is slow in one stage is not in the next', () => {
  const slowed = new Story(1, 1, 1, {}, jobs).begin();
  slowed.tell({ type: 'fault-injected', worker: 1, fault: 'slow' });
  expect(slowed.timeline.at(Infinity).lanes.get(1)?.isSlowed).toBe(true);
  slowed.complete(0, 1).next(1, 1);
  expect(slowed.timeline.at(Infinity).lanes.get(1)?.isSlowed).toBe(false);
});

test('the clock of a run goes on between two stages, and stands still at its end', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const log = new RunLog(story.facts);
  const betweenMs = findMs('complete-job', 1);
  for (const entry of story.entries) if (entry.atMs <= betweenMs) log.read(entry);
  vi.advanceTimersByTime(1000);
  expect(log.nowMs).toBe(betweenMs + 1000);
  for (const entry of story.entries) if (entry.atMs > betweenMs) log.read(entry);
  vi.advanceTimersByTime(1000);
  expect(log.nowMs).toBe(timeline.endMs);
  vi.useRealTimers();
});
