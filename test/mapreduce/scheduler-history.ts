/** Literal histories of the scheduler: what happens in, what it decides out, as short lines. */
import type {
  Decision,
  MapOutput,
  ReduceOutput,
  RunEvent,
} from '../../src/mapreduce/events.ts';
import { step } from '../../src/mapreduce/scheduler.ts';
import {
  createState,
  type SchedulerOptions,
} from '../../src/mapreduce/scheduler-state.ts';

const mapOutput: MapOutput = { kind: 'map', records: 1, pairs: 1, regions: [] };
const reduceOutput: ReduceOutput = { kind: 'reduce', file: 'temporary', bytes: 1 };

/** A scheduler, and what may happen to it; each happening returns what was decided. */
export function given(options: Partial<SchedulerOptions> = {}) {
  const state = createState(
    {
      mapTasks: 3,
      reduceTasks: 2,
      workers: [1, 2],
      lostAfterMs: 5_000,
      startWithinMs: 60_000,
      maxFailures: 3,
      faults: [],
      ...options,
    },
    0,
  );
  let nowMs = 0;
  const tell = (event: RunEvent): string[] => step(state, event, nowMs).map(say);
  /** Lets time pass as the master sees it: a tick every half second, heartbeats from `alive`. */
  const wait = (ms: number, ...alive: number[]) => {
    const said: string[] = [];
    for (const end = nowMs + ms; nowMs < end; ) {
      nowMs += 500;
      for (const worker of alive) said.push(...tell({ type: 'heartbeat', worker }));
      said.push(...tell({ type: 'tick' }));
    }
    return said;
  };
  /** A gap in which the master did not run at all. */
  const pause = (ms: number) => {
    nowMs += ms;
    return tell({ type: 'tick' });
  };
  const complete = (attempt: number) =>
    tell({
      type: 'attempt-completed',
      attempt,
      output: state.attempts[attempt]?.task.kind === 'map' ? mapOutput : reduceOutput,
    });
  const register = (...workers: number[]) =>
    workers.flatMap((worker) => tell({ type: 'worker-registered', worker, pid: 1 }));
  const lose = (worker: number) =>
    tell({ type: 'worker-disconnected', worker, why: 'test' });
  return { state, tell, wait, pause, complete, register, lose };
}

/** A decision in a few words, so that a test reads like a log. */
function say(decision: Decision): string {
  switch (decision.type) {
    case 'start-attempt': {
      const { attempt, task, worker, isReExecution, backup, failpointFraction } =
        decision;
      const notes = [
        ...(isReExecution ? [' again'] : []),
        ...(backup ? [' backup'] : []),
        ...(failpointFraction === undefined ? [] : [' doomed']),
      ];
      return `#${attempt} ${task.kind} ${task.index} -> ${worker}${notes.join('')}`;
    }
    case 'reuse':
    case 'accept':
    case 'ignore':
    case 'cancel-attempt':
      return `${decision.type} #${decision.attempt}`;
    case 'suspend-stage':
      return `${decision.type} for ${decision.outputs.join(', ')}`;
    case 'reopen-stage': {
      const tasks = decision.requeued.map(
        ({ task, was }) => `${task.kind} ${task.index} ${was}`,
      );
      return `${decision.type}: ${tasks.join(', ')}`;
    }
    case 'worker-lost':
    case 'inputs-lost': {
      const tasks = decision.requeued.map(
        ({ task, was }) => `${task.kind} ${task.index} ${was}`,
      );
      return `${decision.type} ${decision.worker}: ${tasks.join(', ')}`;
    }
    case 'retry': {
      const runsOn = decision.isStillRunning ? ', another runs on' : '';
      return `retry #${decision.attempt}${runsOn}`;
    }
    case 'skip-record':
      return `skip ${decision.task.kind} ${decision.task.index} byte ${decision.offset}`;
    case 'skip-key':
      return `skip ${decision.task.kind} ${decision.task.index} key ${decision.key}`;
    case 'start-worker':
      return `start ${decision.worker} for ${decision.replaces}`;
    case 'kill-worker':
      return `kill ${decision.worker}`;
    case 'attempt-slow':
      return `slow #${decision.attempt} ${decision.runningMs} ms`;
    case 'phase-completed':
      return `${decision.phase} phase completed`;
    case 'complete-job':
      return 'job completed';
    case 'fail-job':
      return `job failed: ${decision.why}`;
  }
}
