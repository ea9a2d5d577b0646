/**
 * Ends that are judged in their own way: when the last task was done, how long it took in
 * virtual time, who worked, and whether a job that cannot succeed says so.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import {
  connectMs,
  type End,
  expectAllDone,
  messageMs,
  taskMs,
  textOf,
  type Workload,
} from './workload.ts';

/** At the very moment at which it resolves, everything is done. */
export function expectFinal(end: End): void {
  const { did, hasResolved, undone } = end;
  if (!hasResolved) expectAllDone(end);
  if (undone.length === 0) return;
  throw new CheckFailure({
    did,
    saw: `LaunchTasks has resolved; not done yet: ${undone.join(', ')}`,
    expected: 'it resolves when the last reduce task is done, and not before',
    mistake:
      'somebody reads an output file that is not there yet: await all reduce tasks',
  });
}

/** One task after the other on one worker, with what dialling and messages take. */
const roundMs = connectMs + 2 * messageMs + taskMs;
/** For a look at a list now and then, and for fetching outputs. */
const slack = 1.4;

/** It takes no longer than so many tasks after each other. */
export function expectRounds(rounds: number, mistake: string): (end: End) => void {
  return (end) => {
    expectAllDone(end);
    const { did, atMs, cluster } = end;
    const mostMs = rounds * roundMs * slack;
    if (atMs <= mostMs) return;
    const workers = new Set(cluster.attempts.map(({ worker }) => worker));
    const shares = [...workers].map(
      (name) =>
        `${name} ran ${cluster.attempts.filter(({ worker }) => worker === name).length}`,
    );
    throw new CheckFailure({
      did,
      saw: `it took ${Math.round(atMs)} ms; ${shares.sort().join(', ')} tasks`,
      expected: `at most ${Math.round(mostMs)} ms`,
      mistake,
    });
  };
}

/** That worker has run a task, and everything is done. */
export function expectWorkOn(worker: string): (end: End) => void {
  return (end) => {
    expectAllDone(end);
    const { did, cluster } = end;
    if (cluster.attempts.some((attempt) => attempt.worker === worker)) return;
    throw new CheckFailure({
      did: `${did}; ${worker} registers during the run`,
      saw: `${worker} gets no task`,
      expected: 'it gets one as soon as it has registered, if any waits',
      mistake: 'only the workers are known that had registered at the beginning',
    });
  };
}

const problem = 'split 1 is no text: byte 0xff';
const maxFailures = 3;

/** Once or twice may be chance. */
export function flaky(...tasks: string[]): Workload {
  return {
    maps: 3,
    reduces: 1,
    maxFailures,
    failAt: (name, attempt) =>
      tasks.includes(name) && attempt < maxFailures ? problem : undefined,
  };
}

/** Whoever runs it fails. */
export function poison(task: string): Workload {
  return {
    maps: 3,
    reduces: 1,
    maxFailures,
    failAt: (name) => (name === task ? problem : undefined),
    rules: ['retries'],
    judge: (end) => expectLoudFailure(end, task),
  };
}

function expectLoudFailure(
  { did, hasResolved, error, cluster }: End,
  task: string,
): void {
  const tries = cluster.attempts.filter((attempt) => attempt.task === task).length;
  const isLoud = !hasResolved && textOf(error).includes(problem);
  if (isLoud && tries === maxFailures) return;
  const expected = `after ${maxFailures} failures it rejects, with what the task said`;
  const what = `${did}; ${task} always fails: ${problem}`;
  const how = hasResolved ? 'resolved' : `rejected: ${textOf(error)}`;
  const saw = `LaunchTasks ${how}; attempts of ${task}: ${tries}`;
  const mistake = hasResolved
    ? 'the failure is swallowed: nobody learns that a part of the answer is missing'
    : isLoud
      ? `count the failures of each task: job.maxFailures is ${maxFailures}`
      : 'an error that hides its cause: pass on what the task said, or give it as cause';
  throw new CheckFailure({ did: what, saw, expected, mistake });
}

/** With a worker left it resolves; without, it rejects. */
export function expectRejectionIfAllAreLost(end: End): void {
  const { did, hasResolved, cluster, undone } = end;
  if (cluster.isAnyoneLeft) expectAllDone(end);
  if (!hasResolved || undone.length === 0) return;
  throw new CheckFailure({
    did,
    saw: `every worker is lost, and LaunchTasks has resolved; not done: ${undone.join(', ')}`,
    expected: 'it rejects',
  });
}
