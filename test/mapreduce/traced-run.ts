/** A small run, for tests of what becomes of its stream as a trace. */
import { expect } from 'vitest';
import type { MapOutput, RunEvent, StreamEntry } from '../../src/mapreduce/events.ts';
import { step } from '../../src/mapreduce/scheduler.ts';
import { createState } from '../../src/mapreduce/scheduler-state.ts';
import { createTrace } from '../../src/mapreduce/trace.ts';
import { findBreaches } from './trace-rules.ts';

export const mapOutput: MapOutput = { kind: 'map', records: 1, pairs: 1, regions: [] };
export const reduceOutput = { kind: 'reduce', file: 'temporary', bytes: 1 } as const;
export const failure = { error: 'Error: no\n    at map', on: '' };

/** A run of two workers, two map tasks and one reduce task, a moment per event. */
export class TracedRun {
  readonly entries: StreamEntry[] = [];
  readonly state = createState(
    {
      mapTasks: 2,
      reduceTasks: 1,
      workers: [1, 2],
      lostAfterMs: 5000,
      startWithinMs: 60_000,
      maxFailures: 2,
      faults: [],
    },
    0,
  );
  nowMs = 0;

  tell(...events: RunEvent[]): this {
    for (const event of events) {
      this.nowMs += 1.5;
      this.entries.push({ atMs: this.nowMs, ...event });
      for (const decision of step(this.state, event, this.nowMs))
        this.entries.push({ atMs: this.nowMs, ...decision });
    }
    return this;
  }

  /** Both workers register; map 0 runs on 1, map 1 on 2. */
  begin(): this {
    const register = (worker: number): RunEvent => {
      return { type: 'worker-registered', worker, pid: 100 + worker };
    };
    return this.tell(register(1), register(2));
  }

  complete(...attempts: number[]): this {
    for (const attempt of attempts) {
      const isMap = this.state.attempts[attempt]?.task.kind === 'map';
      const output = isMap ? mapOutput : reduceOutput;
      this.tell({ type: 'attempt-completed', attempt, output });
    }
    return this;
  }

  lose(worker: number): this {
    return this.tell({ type: 'worker-disconnected', worker, why: 'gone' });
  }

  trace() {
    const trace = createTrace(this.entries, 'word-count');
    expect(findBreaches(JSON.stringify(trace))).toEqual([]);
    return trace;
  }
}
