/**
 * Grades the master of the lecture's MapReduce. Its workers are machines of a simulated world,
 * with the real Server; they crash at every moment at which one can, and the master is judged
 * by what reaches them.
 */
import type { Check, Exercise } from '../../src/grading/check.ts';
import { expectOnAllSchedules } from '../../src/grading/exploration.ts';
import type { Bounds } from '../../src/sim/explorer.ts';
import type { FaultModel } from '../../src/sim/fault-model.ts';
import * as ends from './grader/ends.ts';
import { hintsOf } from './grader/hints.ts';
import {
  createScenario,
  type Subject,
  taskMs,
  type Workload,
} from './grader/workload.ts';

const masterWorker = 'Example: Master-Worker';
const asynchronous = 'Asynchronous RPC';
const tolerance = 'MapReduce: Fault Tolerance';
const reexecute = 'What should we re-execute?';
const straggler = 'What if server 1 is just REALLY slow?';
const notEnough = 'RPC and Assignment 1 and 2';

const unruly: FaultModel = { slow: 1, slowMs: 350, swaps: 1 };
const few: Bounds = { deviations: 1, schedules: 60, seeds: 2 };
const alone: Bounds = { deviations: 0, schedules: 1, seeds: 0 };

const oneLost: FaultModel = { crashes: { nodes: ['w1', 'w2'], atMost: 1 } };
const twoLost: FaultModel = { crashes: { nodes: ['w1', 'w2', 'w3'], atMost: 2 } };
const allLost: FaultModel = { crashes: { nodes: ['w1', 'w2'], atMost: 2 } };
const threeWorkers = { workerMs: [taskMs, taskMs, taskMs] };

/** Any worker may crash at any moment, as long as one is left. */
const oneMayCrash: Workload = { maps: 3, reduces: 1, faults: oneLost };
const twoMayCrash: Workload = { maps: 3, reduces: 1, ...threeWorkers, faults: twoLost };
/** Two losses of one task are not the task's own failures. */
const lostTwice: Workload = { ...twoMayCrash, maps: 1, reduces: 0, maxFailures: 2 };

const uneven = { workerMs: [taskMs, 2 * taskMs] };
const oneByOne = 'one task after the other: an await inside the loop waits for each call';
const dividedUp =
  'tasks are divided up beforehand, or handed out in waves: a slow worker delays all';

type Options = Omit<Check<Subject>, 'run' | 'hints'> & {
  readonly workloads: readonly Workload[];
  readonly bounds: Bounds;
};

function createCheck({ workloads, bounds, ...check }: Options): Check<Subject> {
  return {
    ...check,
    hints: hintsOf(check.id),
    run: ({ LaunchTasks }, options) =>
      expectOnAllSchedules(
        workloads.map((workload) => createScenario(LaunchTasks, workload)),
        options,
        bounds,
      ),
  };
}

const exercise: Exercise<Subject> = {
  name: 'schedule',
  exports: ['LaunchTasks'],
  checks: [
    {
      id: 'each-task-once',
      sentence: 'every map task runs, and exactly once',
      points: 10,
      slide: masterWorker,
      workloads: [
        { maps: 1, reduces: 0, workerMs: [taskMs], rules: ['once'] },
        { maps: 3, reduces: 0, faults: unruly, rules: ['once'] },
      ],
      bounds: few,
    },
    {
      id: 'barrier',
      sentence: 'the reduce tasks wait for the last map task',
      points: 10,
      slide: tolerance,
      waitsOn: 'each-task-once',
      workloads: [
        {
          ...uneven,
          maps: 2,
          reduces: 1,
          faults: unruly,
          rules: ['barrier', 'inputs', 'once'],
        },
        { maps: 3, reduces: 2, faults: unruly, rules: ['barrier', 'inputs', 'once'] },
      ],
      bounds: few,
    },
    {
      id: 'last-reduce',
      sentence: 'it resolves when the last reduce task is done',
      points: 5,
      slide: tolerance,
      waitsOn: 'barrier',
      workloads: [
        { ...uneven, maps: 1, reduces: 2, faults: unruly, judge: ends.expectFinal },
      ],
      bounds: few,
    },
    {
      id: 'parallel',
      sentence: 'all workers work, each at one task at a time',
      points: 10,
      slide: asynchronous,
      waitsOn: 'each-task-once',
      workloads: [
        {
          maps: 4,
          reduces: 2,
          rules: ['one-at-a-time'],
          judge: ends.expectRounds(3, oneByOne),
        },
        {
          ...threeWorkers,
          maps: 6,
          reduces: 3,
          rules: ['one-at-a-time'],
          judge: ends.expectRounds(3, oneByOne),
        },
      ],
      bounds: alone,
    },
    {
      id: 'dynamic',
      sentence: 'who is done first gets the next task',
      points: 5,
      slide: straggler,
      waitsOn: 'parallel',
      workloads: [
        {
          maps: 8,
          reduces: 0,
          workerMs: [4 * taskMs, taskMs],
          judge: ends.expectRounds(8, dividedUp),
        },
        {
          maps: 8,
          reduces: 0,
          workerMs: [taskMs, 4 * taskMs],
          judge: ends.expectRounds(8, dividedUp),
        },
      ],
      bounds: alone,
    },
    {
      id: 'late-workers',
      sentence: 'a worker that registers late gets work too',
      points: 5,
      slide: masterWorker,
      waitsOn: 'parallel',
      workloads: [
        { maps: 6, reduces: 0, registerMs: [0, 150], judge: ends.expectWorkOn('w2') },
        { maps: 2, reduces: 1, registerMs: [500, 700], judge: ends.expectWorkOn('w1') },
      ],
      bounds: alone,
    },
    {
      id: 'lost-worker',
      sentence: 'the task of a lost worker runs elsewhere',
      points: 10,
      slide: tolerance,
      waitsOn: 'barrier',
      workloads: [lostTwice, { ...oneMayCrash, isStable: true }],
      bounds: { deviations: 2, schedules: 45, seeds: 2 },
    },
    {
      id: 'lost-for-good',
      sentence: 'a lost worker gets no more work',
      points: 10,
      slide: tolerance,
      waitsOn: 'lost-worker',
      workloads: [{ ...oneMayCrash, isStable: true, rules: ['lost'] }],
      bounds: { deviations: 1, schedules: 45, seeds: 2 },
    },
    {
      id: 'lost-output',
      sentence: 'map output that was lost is made again',
      points: 15,
      slide: reexecute,
      waitsOn: 'lost-worker',
      workloads: [oneMayCrash, twoMayCrash],
      bounds: { deviations: 2, schedules: 85, seeds: 2 },
    },
    {
      id: 'only-what-is-lost',
      sentence: 'nothing runs again that is not lost',
      points: 5,
      slide: reexecute,
      waitsOn: 'lost-output',
      workloads: [
        { maps: 2, reduces: 3, faults: oneLost, rules: ['once'] },
        { ...oneMayCrash, rules: ['once'] },
      ],
      bounds: { deviations: 2, schedules: 50, seeds: 2 },
    },
    {
      id: 'poison',
      sentence: 'a task that keeps failing fails the job, and says why',
      points: 10,
      slide: notEnough,
      waitsOn: 'lost-worker',
      workloads: [
        ends.flaky('map 1', 'reduce 0'),
        ends.poison('reduce 0'),
        ends.poison('map 1'),
      ],
      bounds: alone,
    },
    {
      id: 'nobody-left',
      sentence: 'it rejects when every worker is lost',
      points: 5,
      slide: tolerance,
      waitsOn: 'lost-worker',
      workloads: [
        {
          maps: 1,
          reduces: 1,
          workerMs: [taskMs],
          faults: { crashes: { nodes: ['w1'], atMost: 1 } },
          judge: ends.expectRejectionIfAllAreLost,
        },
        { maps: 2, reduces: 1, faults: allLost, judge: ends.expectRejectionIfAllAreLost },
      ],
      bounds: { deviations: 2, schedules: 40, seeds: 2 },
    },
  ].map((options) => createCheck(options as Options)),
};

export default exercise;
