/**
 * Grades at-most-once by exploring schedules: safety first (nothing runs twice), then liveness
 * (everything is answered), then what it costs, then what a crash leaves. Client and server
 * are graded together, so that what they say to each other is theirs to choose.
 */
import type { Exercise } from '../../src/grading/check.ts';
import { expectOnAllSchedules } from '../../src/grading/exploration.ts';
import type { Subject } from './grader/bank.ts';
import { hints } from './grader/hints.ts';
import {
  expectAnswers,
  expectLowCost,
  expectNoMixUp,
  expectNoRepetition,
  expectOneOverNetwork,
  expectOwnReceipts,
  expectTwoRuns,
} from './grader/judges.ts';
import { checkThenAct, recogniseRetry, repeated } from './grader/mistakes.ts';
import { createPruning } from './grader/pruning.ts';
import { expectNothingTwice } from './grader/restart.ts';
import * as workloads from './grader/workloads.ts';
import { createScenario } from './grader/workloads.ts';

const netRpc = "Go's net/rpc is at-most-once";
const assignment = 'RPC and Assignment 1 and 2';
const calm = { deviations: 0, seeds: 0 };
const bounds = { deviations: 2, schedules: 80, seeds: 3 };
/** Longer workloads, whose schedules cost more. */
const narrow = { deviations: 2, schedules: 50, seeds: 3 };

const exercise: Exercise<Subject> = {
  name: 'at-most-once',
  exports: ['BankClient', 'BankServer'],
  checks: [
    {
      id: 'one-deposit',
      sentence: 'a deposit runs, and its receipt comes back',
      points: 5,
      slide: netRpc,
      hints: hints['one-deposit'],
      run: (subject, options) => {
        const scenario = createScenario(subject, workloads.one, expectOneOverNetwork);
        return expectOnAllSchedules([scenario], options, calm);
      },
    },
    {
      id: 'equal-deposits',
      sentence: 'two equal deposits are two, and both run',
      points: 10,
      slide: assignment,
      waitsOn: 'one-deposit',
      hints: hints['equal-deposits'],
      run: (subject, options) => {
        const scenarios = [workloads.equal, workloads.equalTogether].map((workload) =>
          createScenario(subject, workload, expectTwoRuns),
        );
        return expectOnAllSchedules(scenarios, options, calm);
      },
    },
    {
      id: 'two-clients',
      sentence: 'two clients are never taken for one',
      points: 10,
      slide: assignment,
      waitsOn: 'one-deposit',
      hints: hints['two-clients'],
      run: (subject, options) => {
        const scenario = createScenario(subject, workloads.twoClients, expectNoMixUp);
        return expectOnAllSchedules([scenario], options, calm);
      },
    },
    {
      id: 'own-receipts',
      sentence: 'each of several calls at a time gets its own receipt',
      points: 10,
      slide: netRpc,
      waitsOn: 'one-deposit',
      hints: hints['own-receipts'],
      run: (subject, options) => {
        const scenario = createScenario(
          subject,
          workloads.threeTogether,
          expectOwnReceipts,
        );
        return expectOnAllSchedules([scenario], options, calm);
      },
    },
    {
      id: 'messages',
      sentence: 'two messages a deposit, and no connection left',
      points: 5,
      slide: netRpc,
      waitsOn: 'one-deposit',
      hints: hints.messages,
      run: (subject, options) => {
        const scenario = createScenario(subject, workloads.threeEach, expectLowCost);
        return expectOnAllSchedules([scenario], options, calm);
      },
    },
    {
      id: 'runs-once',
      sentence: 'whatever is lost, late or copied: it runs once',
      points: 20,
      slide: assignment,
      waitsOn: 'one-deposit',
      hints: hints['runs-once'],
      run: (subject, options) =>
        expectOnAllSchedules(listRepetitions(subject), options, bounds).catch(
          async (error) => {
            throw await recogniseRetry(subject, error);
          },
        ),
    },
    {
      id: 'answered',
      sentence: 'every copy is answered, with the reply of the one run',
      points: 15,
      slide: assignment,
      waitsOn: 'one-deposit',
      hints: hints.answered,
      run: (subject, options) => {
        const { oneRepeated, oneCopied, twoCopied, failing } = workloads;
        const scenarios = [oneRepeated, oneCopied, twoCopied, failing].map((workload) =>
          createScenario(subject, workload, expectAnswers),
        );
        return expectOnAllSchedules(scenarios, options, bounds);
      },
    },
    {
      id: 'prunes',
      sentence: 'the table does not grow with what is done',
      points: 10,
      slide: assignment,
      waitsOn: 'runs-once',
      hints: hints.prunes,
      run: (subject, options) =>
        expectOnAllSchedules([createPruning(subject)], options, calm),
    },
    {
      id: 'stale-copies',
      sentence: 'an old copy of what was pruned does not run again',
      points: 5,
      slide: assignment,
      waitsOn: 'runs-once',
      hints: hints['stale-copies'],
      run: (subject, options) => {
        const judge = expectNoRepetition(
          'what was pruned is forgotten, and an old copy looks like a new request',
        );
        const scenario = createScenario(subject, workloads.threeCopied, judge);
        return expectOnAllSchedules([scenario], options, narrow);
      },
    },
    {
      id: 'restart',
      sentence: 'after a restart: "unknown", and never a second run',
      points: 10,
      slide: netRpc,
      waitsOn: 'runs-once',
      hints: hints.restart,
      run: (subject, options) => {
        const { threeOverCrash, latecomer } = workloads;
        const scenarios = [threeOverCrash, latecomer].map((workload) =>
          createScenario(subject, workload, expectNothingTwice),
        );
        return expectOnAllSchedules(scenarios, options, narrow);
      },
    },
  ],
};

export default exercise;

/** Each of them shows another way to run something twice. */
function listRepetitions(subject: Subject) {
  const { oneRepeated, oneCopied, twoCopied, failing } = workloads;
  const lastOnly =
    'only the last request is remembered: with the next one it is forgotten';
  const noErrors = 'the error of a deposit that failed is a reply too: it ran, keep it';
  return [
    createScenario(subject, oneRepeated, expectNoRepetition(repeated)),
    createScenario(subject, oneCopied, expectNoRepetition(checkThenAct)),
    createScenario(subject, twoCopied, expectNoRepetition(lastOnly)),
    createScenario(subject, failing, expectNoRepetition(noErrors)),
  ];
}
