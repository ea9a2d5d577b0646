/**
 * Grades backup tasks in virtual time: what a straggler may cost, and what the backups may. The
 * workers are machines of a simulated world, with the real Server.
 */
import type { Check, Exercise } from '../../src/grading/check.ts';
import { expectOnAllSchedules } from '../../src/grading/exploration.ts';
import type { Bounds } from '../../src/sim/explorer.ts';
import * as ends from './grader/ends.ts';
import { hintsOf } from './grader/hints.ts';
import { createScenario, type Subject, type Workload } from './grader/workload.ts';

const straggler = 'Server 1 is a straggler';
const slow = 'What if server 1 is just REALLY slow?';
const sameIdea = 'Use the same idea!';
const other = 'Launch same task on a different machine';

const alone: Bounds = { deviations: 0, schedules: 1, seeds: 0 };
const tooLate = 'the straggler is waited for: nobody backs it up, or too late';
const oneByOne =
  'one task after the other, or in waves: who is idle should get the next task';

type Options = Omit<Check<Subject>, 'run' | 'hints'> & {
  readonly workloads: readonly Workload[];
  readonly bounds?: Bounds;
};

function createCheck({ workloads, bounds = alone, ...check }: Options): Check<Subject> {
  return {
    ...check,
    hints: hintsOf(check.id),
    run: ({ RunPhase }, options) =>
      expectOnAllSchedules(
        workloads.map((workload) => createScenario(RunPhase, workload)),
        options,
        bounds,
      ),
  };
}

const checks: readonly Options[] = [
  {
    id: 'each-result',
    sentence: 'each task has its result, on workers that are idle',
    points: 10,
    slide: other,
    workloads: [
      { tasks: 1, workers: 1, rules: ['busy'] },
      { tasks: 4, workers: 2, rules: ['busy'] },
    ],
  },
  {
    id: 'no-straggler',
    sentence: 'without a straggler: no backup, and no time lost',
    points: 15,
    slide: straggler,
    waitsOn: 'each-result',
    workloads: [
      {
        tasks: 3,
        workers: 2,
        rules: ['needless'],
        judge: ends.expectWithin(260, 0, oneByOne),
      },
      {
        tasks: 7,
        workers: 3,
        slow: { 2: [140], 6: [130] },
        isMild: true,
        rules: ['needless'],
        judge: ends.expectWithin(420, 0, oneByOne),
      },
      {
        tasks: 2,
        workers: 3,
        rules: ['needless'],
        judge: ends.expectWithin(130, 0, oneByOne),
      },
    ],
  },
  {
    id: 'backup',
    sentence: 'one straggler costs little: it has a backup',
    points: 15,
    slide: slow,
    waitsOn: 'each-result',
    workloads: [
      {
        tasks: 3,
        workers: 2,
        slow: { 2: [5000] },
        judge: ends.expectWithin(650, 1, tooLate),
      },
      {
        tasks: 6,
        workers: 3,
        slow: { 0: [5000] },
        judge: ends.expectWithin(650, 3, tooLate),
      },
    ],
  },
  {
    id: 'near-the-end',
    sentence: 'no backup while a task still waits',
    points: 10,
    slide: sameIdea,
    waitsOn: 'backup',
    workloads: [{ tasks: 9, workers: 2, slow: { 0: [5000] }, rules: ['early'] }],
  },
  {
    id: 'long-tasks',
    sentence: '"too long" is measured by the other tasks',
    points: 10,
    slide: sameIdea,
    waitsOn: 'backup',
    workloads: [
      { tasks: 3, workers: 2, taskMs: 5000, rules: ['needless'] },
      {
        tasks: 3,
        workers: 2,
        taskMs: 10,
        slow: { 2: [5000] },
        judge: ends.expectWithin(150, 1, tooLate),
      },
    ],
  },
  {
    id: 'only-the-straggler',
    sentence: 'what runs as it should is not backed up',
    points: 5,
    slide: sameIdea,
    waitsOn: 'backup',
    workloads: [
      { tasks: 8, workers: 4, slow: { 0: [5000] }, rules: ['needless'] },
      // What looks late beside the first task that is done does not beside all of them.
      {
        tasks: 5,
        workers: 3,
        slow: { 0: [750], 2: [600], 3: [600], 4: [150] },
        isMild: true,
        rules: ['needless'],
      },
    ],
  },
  {
    id: 'one-backup',
    sentence: 'a task has one backup, even if that is slow too',
    points: 10,
    slide: sameIdea,
    waitsOn: 'backup',
    workloads: [{ tasks: 4, workers: 3, slow: { 3: [2000, 2000] }, rules: ['second'] }],
  },
  {
    id: 'original-goes-on',
    sentence: 'the original runs on, and may still win',
    points: 5,
    slide: sameIdea,
    waitsOn: 'backup',
    workloads: [
      {
        tasks: 3,
        workers: 2,
        slow: { 2: [450, 5000] },
        rules: ['killed'],
        judge: (end) => {
          ends.expectFirst(end);
          ends.expectWithin(
            650,
            1,
            'the original is done, and its backup is waited for',
          )(end);
        },
      },
    ],
  },
  {
    id: 'loser-cancelled',
    sentence: 'the loser is told to stop; its error is no harm',
    points: 10,
    slide: sameIdea,
    waitsOn: 'backup',
    workloads: [
      {
        tasks: 3,
        workers: 2,
        slow: { 2: [1500] },
        afterMs: 5000,
        judge: ends.expectCancelled,
      },
      {
        tasks: 3,
        workers: 2,
        slow: { 2: [450, 1500] },
        afterMs: 5000,
        judge: ends.expectCancelled,
      },
    ],
  },
  {
    id: 'hanging-loser',
    sentence: 'it does not wait for a loser that hangs',
    points: 5,
    slide: slow,
    waitsOn: 'loser-cancelled',
    workloads: [
      {
        tasks: 3,
        workers: 2,
        slow: { 2: [Number.POSITIVE_INFINITY] },
        judge: ends.expectWithin(650, 1, 'it waits for the loser, who may never answer'),
      },
    ],
  },
  {
    id: 'taken-once',
    sentence: 'of two results the first one is taken, once',
    points: 5,
    slide: sameIdea,
    waitsOn: 'loser-cancelled',
    workloads: [
      {
        tasks: 3,
        workers: 2,
        slow: { 2: [405, 120] },
        faults: { slow: 1, slowMs: 150, swaps: 1 },
        afterMs: 1000,
        judge: ends.expectOnce,
      },
    ],
    bounds: { deviations: 2, schedules: 120, seeds: 10 },
  },
];

const exercise: Exercise<Subject> = {
  name: 'stragglers',
  exports: ['RunPhase'],
  checks: checks.map(createCheck),
};

export default exercise;
