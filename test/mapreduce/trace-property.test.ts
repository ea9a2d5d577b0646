/** The stream of a run as a trace: any stream that the scheduler can make. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/mapreduce/events.ts';
import { Tally } from '../../src/mapreduce/tally.ts';
import { listBars } from './trace-rules.ts';
import { failure, mapOutput, reduceOutput, TracedRun } from './traced-run.ts';

test('whatever the scheduler goes through, the trace keeps the rules and counts as the tally', () => {
  const moves = fc.array(fc.tuple(fc.nat(9), fc.nat(100)), { maxLength: 60 });
  fc.assert(
    fc.property(moves, (choices) => {
      const run = new TracedRun();
      for (const [kind, choice] of choices) {
        run.nowMs += choice / 7;
        run.tell(chooseEvent(run, kind, choice));
      }
      const tally = new Tally(2);
      for (const entry of run.entries) tally.read(entry);
      const trace = run.trace();
      const last = trace.traceEvents.findLast(({ ph }) => ph === 'C');
      expect(last?.args).toEqual(tally.completed);
      const completed = listBars(trace).filter((bar) => bar.endsWith(' completed'));
      expect(completed).toHaveLength(tally.completed.map + tally.completed.reduce);
      expect(listBars(trace)).toHaveLength(tally.attempts);
    }),
    { numRuns: 500 },
  );
});

/** Any event about any worker and any attempt so far, likely or not. */
function chooseEvent(run: TracedRun, kind: number, choice: number): RunEvent {
  const worker = 1 + (choice % 2);
  const attempt = choice % Math.max(1, run.state.attempts.length);
  const isMap = run.state.attempts[attempt]?.task.kind !== 'reduce';
  const output = isMap ? mapOutput : reduceOutput;
  switch (kind) {
    case 0:
      return { type: 'worker-disconnected', worker, why: 'gone' };
    case 1:
      return { type: 'attempt-failed', attempt, failure };
    case 2:
      return choice % 3 === 0
        ? { type: 'fault-injected', worker, fault: 'kill' }
        : { type: 'tick' };
    case 3:
    case 4:
      return { type: 'worker-registered', worker, pid: worker };
    case 5: {
      const map = choice % 2;
      const producer = run.state.maps[map]?.accepted?.attempt ?? 0;
      const missing = [{ map, attempt: producer, problem: 'unreachable' as const }];
      return isMap
        ? { type: 'heartbeat', worker }
        : { type: 'inputs-missing', attempt, missing };
    }
    default:
      return { type: 'attempt-completed', attempt, output };
  }
}
