/** The stream of a run as a trace: literal streams. */
import { describe, expect, test } from 'vitest';
import type { RunEvent, StreamEntry } from '../../src/mapreduce/events.ts';
import { createTrace } from '../../src/mapreduce/trace.ts';
import type { Bar } from '../../src/mapreduce/trace-format.ts';
import { findBreaches, listBars, listMarks, listSpans } from './trace-rules.ts';
import { failure, mapOutput, TracedRun } from './traced-run.ts';

describe('how attempts end', () => {
  test('nothing fails: all are completed, times are microseconds, lanes have names', () => {
    const trace = new TracedRun().begin().complete(0, 1, 2).trace();
    expect(listBars(trace)).toEqual([
      '1: map 0 completed',
      '2: map 1 completed',
      '1: reduce 0 completed',
    ]);
    expect(listMarks(trace)).toEqual(['all: barrier opens', 'all: job completed']);
    const bar = trace.traceEvents.find(({ ph }) => ph === 'X');
    expect(bar).toMatchObject({
      name: 'map 0',
      ts: 1500,
      dur: 3000,
      args: { attempt: 0 },
    });
    const names = trace.traceEvents.filter(({ name }) => name === 'thread_name');
    expect(names.map(({ args }) => args)).toEqual([
      { name: 'master' },
      { name: 'worker 1, process 101' },
      { name: 'worker 2, process 102' },
    ]);
    const counts = trace.traceEvents.flatMap((event) =>
      event.ph === 'C' ? [[event.ts, event.args]] : [],
    );
    expect(counts).toEqual([
      [0, { map: 0, reduce: 0 }],
      [4500, { map: 1, reduce: 0 }],
      [6000, { map: 2, reduce: 0 }],
      [7500, { map: 2, reduce: 1 }],
    ]);
  });

  test('a lost worker: its running attempt is lost, its completed one was for nothing', () => {
    const trace = new TracedRun().begin().complete(0, 1).lose(1).complete(3, 4).trace();
    expect(listBars(trace)).toEqual([
      '1: map 0 completed, output lost later',
      '2: map 1 completed',
      '1: reduce 0 lost',
      '2: map 0 completed',
      '2: reduce 0 completed',
    ]);
    expect(listMarks(trace)).toEqual([
      'all: barrier opens',
      '1: worker lost',
      'all: barrier closes',
      'all: barrier opens',
      'all: job completed',
    ]);
    expect(listSpans(trace)).toEqual([
      'master: workers start 0 - 1.5',
      'master: map phase 1.5 - 6',
      'master: reduce phase 6 - 7.5',
      '1: worker lost 7.5 - 10.5',
      'master: map phase 7.5 - 9',
      'master: reduce phase 9 - 10.5',
    ]);
    const names = trace.traceEvents.flatMap((event) =>
      event.ph === 'X' && event.cat === 'map' ? [event.name] : [],
    );
    expect(names).toEqual(['map 0, output lost later', 'map 1', 'map 0, again']);
  });

  test('a late result of a lost worker is a mark: its bar has ended', () => {
    const trace = new TracedRun().begin().lose(1).complete(0, 1, 2).trace();
    expect(listBars(trace)).toEqual([
      '1: map 0 lost',
      '2: map 1 completed',
      '2: map 0 completed',
      '2: reduce 0 unfinished',
    ]);
    expect(listMarks(trace)).toContain('1: late result of map 0 ignored');
  });

  test('a killed worker: the bar ends at the signal', () => {
    const run = new TracedRun().begin();
    const task = { kind: 'map', index: 0 } as const;
    run.entries.push({ atMs: 4, type: 'kill-worker', worker: 1, attempt: 0, task });
    run.nowMs = 10;
    const trace = run.lose(1).trace();
    expect(listBars(trace)).toEqual(['1: map 0 killed', '2: map 1 unfinished']);
    expect(listMarks(trace)).toEqual(['1: SIGKILL', '1: worker lost']);
    expect(listSpans(trace).slice(2)).toEqual([
      '1: dead, not noticed 4 - 11.5',
      '1: worker lost 11.5 - 11.5',
    ]);
    expect(trace.traceEvents.find(({ ph }) => ph === 'X')).toMatchObject({ dur: 2500 });
  });

  test('a worker that is killed while it stops what was cancelled is dead from then on', () => {
    const task = { kind: 'map', index: 0 };
    const begun = { attempt: 0, task, worker: 1, stage: 2, isReExecution: false };
    const entries = [
      { atMs: 1, type: 'start-attempt', ...begun },
      {
        atMs: 2,
        type: 'suspend-stage',
        stage: 2,
        cancelled: [{ attempt: 0, worker: 1 }],
      },
      { atMs: 3, type: 'kill-worker', worker: 1, stage: 1 },
      { atMs: 5, type: 'worker-lost', worker: 1, why: 'gone', requeued: [], stage: 1 },
    ] as unknown as StreamEntry[];
    const trace = createTrace(entries, 'word-count');
    expect(findBreaches(JSON.stringify(trace))).toEqual([]);
    expect(listBars(trace)).toEqual(['1: stage 2, map 0 cancelled']);
    expect(listSpans(trace).slice(2)).toEqual([
      '1: dead, not noticed 3 - 5',
      '1: worker lost 5 - 5',
    ]);
  });

  test('a job that fails: the failed attempts say why, the others are unfinished', () => {
    const fail = (attempt: number): RunEvent => ({
      type: 'attempt-failed',
      attempt,
      failure,
    });
    const trace = new TracedRun().begin().tell(fail(0), fail(2)).trace();
    expect(listBars(trace)).toEqual([
      '1: map 0 failed',
      '2: map 1 unfinished',
      '1: map 0 failed',
    ]);
    expect(trace.traceEvents.find(({ ph }) => ph === 'X')?.args).toMatchObject({
      error: 'Error: no',
    });
    expect(listMarks(trace)).toEqual(['all: job failed']);
  });

  test('input that cannot be read: the reader ends, its producer was for nothing', () => {
    const missing = [{ map: 1, attempt: 1, problem: 'damaged' as const }];
    const run = new TracedRun().begin().complete(0, 1);
    const trace = run.tell({ type: 'inputs-missing', attempt: 2, missing }).trace();
    expect(listBars(trace)).toEqual([
      '1: map 0 completed',
      '2: map 1 completed, output lost later',
      '1: reduce 0 input missing',
      '1: map 1 unfinished',
    ]);
    expect(listMarks(trace).at(-1)).toBe('all: barrier closes');
  });

  test('a backup task wins: the loser is cancelled, and its lane is busy until it stops', () => {
    const run = new TracedRun().begin().complete(1);
    const task = { kind: 'map', index: 0 } as const;
    const backup = { worker: 1, runningMs: 3, medianMs: 1, isSilent: false };
    const won = { attempt: 2, task, worker: 2, isBackup: true };
    const start = { isReExecution: false, failpointFraction: undefined, delayMs: 0 };
    run.entries.push(
      ...([
        { atMs: 5, type: 'start-attempt', ...won, ...start, backup },
        { atMs: 7, type: 'attempt-completed', attempt: 2, output: mapOutput },
        { atMs: 7, type: 'accept', ...won, output: mapOutput },
        { atMs: 7, type: 'cancel-attempt', attempt: 0, task, worker: 1, isBackup: false },
        { atMs: 9, type: 'attempt-cancelled', attempt: 0 },
        { atMs: 9, type: 'start-attempt', ...won, ...start, worker: 1, attempt: 3 },
        {
          atMs: 9.5,
          type: 'cancel-attempt',
          attempt: 3,
          task,
          worker: 1,
          isBackup: false,
        },
      ] as unknown as StreamEntry[]),
    );
    const trace = run.trace();
    expect(listBars(trace)).toEqual([
      '1: map 0 cancelled',
      '2: map 1 completed',
      '2: map 0 completed',
      '1: map 0 cancelled',
    ]);
    const bars = trace.traceEvents.filter(
      (event) => event.ph === 'X' && event.cat === 'map',
    ) as Bar[];
    expect(bars.map(({ ts, dur }) => ts + dur)).toEqual([9000, 4500, 7000, 9500]);
    expect(bars.map(({ name }) => name)).toEqual([
      'map 0, cancelled',
      'map 1',
      'map 0, backup',
      'map 0, cancelled',
    ]);
    expect(bars.map(({ args }) => args.backup)).toEqual([
      undefined,
      undefined,
      true,
      undefined,
    ]);
  });

  test('a worker that joins under a name, and one in the place of another', () => {
    const run = new TracedRun();
    run.entries.push(
      { atMs: 1, type: 'worker-joined', worker: 3, name: 'worker4' } as never,
      { atMs: 2, type: 'worker-registered', worker: 3, pid: 103 },
      { atMs: 3, type: 'start-worker', worker: 4, replaces: 1 } as never,
    );
    const trace = run.trace();
    const names = trace.traceEvents.filter(({ name }) => name === 'thread_name');
    expect(names.slice(1).map(({ args }) => args)).toEqual([
      { name: 'worker 3, worker4, process 103' },
      { name: 'worker 4' },
    ]);
    expect(listMarks(trace)).toEqual([
      '3: worker 3, worker4, process 103: had no task',
      '4: worker 4: had no task',
    ]);
  });

  test('what an earlier run had completed counts, and has no bar', () => {
    const task = { kind: 'map', index: 0 } as const;
    const entry = {
      atMs: 1,
      type: 'reuse',
      attempt: 7,
      task,
      output: mapOutput,
    } as const;
    const missing = {
      type: 'inputs-lost',
      task: { kind: 'reduce', index: 0 },
      worker: 1,
    };
    const requeued = [{ task, was: 'completed' }];
    const lost = { atMs: 2, ...missing, requeued } as StreamEntry;
    const trace = createTrace([entry, lost], 'word-count');
    expect(findBreaches(JSON.stringify(trace))).toEqual([]);
    expect(listBars(trace)).toEqual([]);
    const counts = trace.traceEvents.filter(({ ph }) => ph === 'C');
    expect(counts.map(({ args }) => args)).toEqual([
      { map: 0, reduce: 0 },
      { map: 1, reduce: 0 },
      { map: 0, reduce: 0 },
    ]);
  });

  test('until the first attempt the workers start, also where a stage was done before', () => {
    const started = { type: 'run-started', stage: 1 };
    const attempt = { attempt: 0, task: { kind: 'map', index: 0 }, worker: 1, stage: 2 };
    const entries = [
      { atMs: 0, ...started },
      { atMs: 10, type: 'complete-job', stage: 1 },
      { atMs: 11, ...started, stage: 2 },
      { atMs: 30, type: 'start-attempt', ...attempt, isReExecution: false },
      { atMs: 40, type: 'attempt-completed', attempt: 0 },
    ];
    const trace = createTrace(entries as StreamEntry[], 'word-count');
    expect(findBreaches(JSON.stringify(trace))).toEqual([]);
    expect(listSpans(trace)).toEqual([
      'master: workers start 0 - 30',
      'master: stage 2, map phase 30 - 40',
    ]);
  });

  test('a run that was interrupted before anything happened is an empty trace', () => {
    expect(listBars(createTrace([], 'x'))).toEqual([]);
    const trace = new TracedRun().trace();
    expect(trace.traceEvents).toHaveLength(5);
    expect(listSpans(trace)).toEqual(['master: workers start 0 - 0']);
  });

  test('what it does not know it passes over', () => {
    const run = new TracedRun().begin();
    const news = { atMs: 4, type: 'praise-worker', worker: 1 } as unknown as StreamEntry;
    run.entries.push(news);
    expect(listBars(run.complete(0, 1, 2).trace())).toHaveLength(3);
  });
});
