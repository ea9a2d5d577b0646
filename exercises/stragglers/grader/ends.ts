/**
 * Judgements of a phase that has ended: how long it took in virtual time, how many attempts it
 * cost, whose result was taken, and what became of the losers.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import type { End } from './workload.ts';

/** It took at most so long, and no more than `backups` backups. */
export function expectWithin(
  mostMs: number,
  backups: number,
  mistake: string,
): (end: End) => void {
  return ({ did, atMs, phase }) => {
    const count = phase.backups.length;
    if (atMs <= mostMs && count <= backups) return;
    throw new CheckFailure({
      did,
      saw: `it took ${Math.round(atMs)} ms, with ${count} backups`,
      expected: `at most ${mostMs} ms, with ${backups} backups`,
      mistake: atMs > mostMs ? mistake : undefined,
    });
  };
}

/** Nobody's result is taken twice. */
export function expectOnce({ did, phase: { results } }: End): void {
  const second = results.find(
    ({ task }, i) => results.findIndex((other) => other.task === task) < i,
  );
  if (!second) return;
  const both = results.filter(({ task }) => task === second.task);
  throw new CheckFailure({
    did,
    saw: `handleResult was called ${both.length} times for task ${second.task}: ${both.map(({ result }) => result).join(', ')}`,
    expected: 'once, with the first result',
    mistake: 'both results are taken, so everything in it counts twice',
  });
}

/** The result is that of the attempt whose reply came first. */
export function expectFirst(end: End): void {
  expectOnce(end);
  const { did, phase } = end;
  for (const { task, result } of phase.results) {
    const told = phase.attempts
      .filter((a) => a.task === task && a.toldMs !== undefined)
      .sort((a, b) => (a.toldMs as number) - (b.toldMs as number));
    const [first] = told;
    if (!first || result === `task ${task} by ${first.worker}`) continue;
    throw new CheckFailure({
      did,
      saw: `the result of ${result}; the first reply was from ${first.worker}`,
      expected: 'the first completion wins, original or backup',
      mistake: 'it waits for the backup although the original is done',
    });
  }
}

/** Whoever lost has been told to stop, and has stopped. */
export function expectCancelled({ did, phase }: End): void {
  const running = phase.attempts.find(({ status }) => status === 'running');
  const wasted = phase.attempts.find((loser) => {
    const same = phase.attempts.filter(({ task }) => task === loser.task);
    return (
      loser.status === 'done' && same.length > 1 && same.every((a) => a.status === 'done')
    );
  });
  const loser = running ?? wasted;
  if (!loser) return;
  const { worker, task } = loser;
  throw new CheckFailure({
    did,
    saw: `task ${task} is done; ${worker} ${running ? 'is still running' : 'has run'} it too`,
    expected: `Worker.Cancel({ task: ${task} }) to the loser as soon as the other is done`,
    mistake:
      'the master stopped waiting, but the worker works on: only Worker.Cancel stops it',
  });
}
