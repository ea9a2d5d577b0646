/**
 * A workload: how many tasks and workers, which tasks are slow, and what is judged when the
 * phase has ended.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import { describeError } from '../../../src/grading/student-error.ts';
import type { FaultModel } from '../../../src/sim/fault-model.ts';
import type { Scenario } from '../../../src/sim/run-schedule.ts';
import { DeadlockError } from '../../../src/sim/virtual-time.ts';
import type { World } from '../../../src/sim/world.ts';
import { Phase, type Rule } from './phase.ts';

type HandleResult = (task: number, result: string) => void;

export interface Subject {
  RunPhase(
    tasks: number,
    workers: readonly string[],
    handleResult: HandleResult,
  ): Promise<void>;
}

export interface Workload {
  readonly tasks: number;
  readonly workers: number;
  /** Milliseconds of an ordinary task; 100 by default. */
  readonly taskMs?: number;
  /** Milliseconds of the attempts of a slow task, in their order; the others are ordinary. */
  readonly slow?: Readonly<Record<number, readonly number[]>>;
  /** Slow tasks that are not much slower than the others. */
  readonly isMild?: boolean;
  readonly faults?: FaultModel;
  readonly rules?: readonly Rule[];
  /** How long the world goes on when RunPhase has ended. */
  readonly afterMs?: number;
  readonly judge?: (end: End) => void;
}

export interface End {
  readonly did: string;
  /** When RunPhase resolved. */
  readonly atMs: number;
  readonly phase: Phase;
}

export function createScenario(
  RunPhase: Subject['RunPhase'],
  workload: Workload,
): Scenario {
  const phases = new WeakMap<World, Phase>();
  const rules = new Set<Rule>(['sense', ...(workload.rules ?? [])]);
  const did = describe(workload);
  const expectNoBreach = ({ breaches }: Phase) => {
    const breach = breaches.find(({ rule }) => rules.has(rule));
    if (!breach) return;
    const { saw, expected, mistake } = breach;
    throw new CheckFailure({ did, saw, expected, mistake });
  };
  return {
    name: did,
    faults: workload.faults ?? {},
    world: { connectMs: 1, delayMs: 1 },
    maxEvents: 40_000,
    async run(world) {
      const phase = new Phase(world, completeOptions(workload));
      phases.set(world, phase);
      const atMs = await runPhase(world, RunPhase, workload, phase, did).catch(
        (error) => {
          throw error instanceof DeadlockError
            ? explainStuck(error, phase, workload, did)
            : error;
        },
      );
      expectNoBreach(phase);
      expectResults(phase, workload.tasks, did);
      workload.judge?.({ did, atMs, phase });
    },
    check: (world) => expectNoBreach(phases.get(world) as Phase),
  };
}

function completeOptions({ tasks, workers, taskMs = 100, slow = {}, isMild }: Workload) {
  const takesMs = (task: number, attempt: number) => slow[task]?.[attempt - 1] ?? taskMs;
  const stragglers = isMild ? [] : Object.keys(slow).map(Number);
  return { tasks, workers, takesMs, stragglers };
}

function runPhase(
  world: World,
  RunPhase: Subject['RunPhase'],
  { tasks, afterMs = 0 }: Workload,
  phase: Phase,
  did: string,
): Promise<number> {
  const addresses = phase.workers.map((name) => `sim:${name}`);
  const handleResult = (task: number, result: string) => {
    phase.results.push({ task, result });
    world.node('master').note(`result of ${result}`);
  };
  return world.run(async () => {
    const running = world
      .node('master')
      .run(() => RunPhase(tasks, addresses, handleResult));
    await Promise.resolve(running).catch((error) => {
      throw new CheckFailure({
        did,
        saw: describeError(error),
        expected: 'it resolves when all results are in',
      });
    });
    const { nowMs } = world.time;
    expectAllIn(phase, tasks, did);
    if (afterMs > 0) await pause(world, afterMs);
    return nowMs;
  });
}

/** Everything is there, and still it waits: for a loser that hangs. */
function explainStuck(
  error: DeadlockError,
  { results }: Phase,
  { tasks }: Workload,
  did: string,
): unknown {
  if (new Set(results.map(({ task }) => task)).size < tasks) return error;
  return new CheckFailure({
    did,
    saw: 'all results are in, nothing is left to happen, and RunPhase still waits',
    expected: 'it resolves with the last result',
    mistake: 'it waits for the loser, who may never answer',
  });
}

function pause(world: World, ms: number): Promise<void> {
  return new Promise((resolve) => void world.time.schedule(ms, resolve));
}

/** When it resolves, no result is missing. */
function expectAllIn({ results }: Phase, tasks: number, did: string): void {
  const all = Array.from({ length: tasks }, (_, task) => task);
  const missing = all.filter((task) => !results.some((result) => result.task === task));
  if (missing.length === 0) return;
  throw new CheckFailure({
    did,
    saw: `RunPhase has resolved; without a result: task ${missing.join(', ')}`,
    expected: 'handleResult is called for each task before it resolves',
  });
}

/** Each result is one that a worker has sent, for that very task. */
function expectResults({ results, attempts }: Phase, tasks: number, did: string): void {
  for (const { task, result } of results) {
    const isKnown = attempts.some(
      (a) => a.task === task && result === `task ${a.task} by ${a.worker}`,
    );
    if (isKnown) continue;
    throw new CheckFailure({
      did,
      saw: `handleResult(${task}, ${JSON.stringify(result)})`,
      expected: `the result that a worker has replied, for one of ${tasks} tasks`,
    });
  }
}

function describe({ tasks, workers, taskMs = 100, slow = {} }: Workload): string {
  const parts = Object.entries(slow).map(
    ([task, attempts]) => `task ${task} takes ${attempts.map(formatMs).join(', then ')}`,
  );
  const what = parts.length > 0 ? `; ${parts.join('; ')}` : '';
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
  return `${count(tasks, 'task')} of ${formatMs(taskMs)}, ${count(workers, 'worker')}${what}`;
}

function formatMs(ms: number): string {
  return ms === Number.POSITIVE_INFINITY ? 'for ever' : `${ms} ms`;
}
