/**
 * A workload: a job, the workers that register, and what may befall them. As a scenario it is
 * run on schedule after schedule; what came out is judged here.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import { describeError } from '../../../src/grading/student-error.ts';
import { Channel } from '../../../src/rpc/index.ts';
import type { FaultModel } from '../../../src/sim/fault-model.ts';
import type { Scenario } from '../../../src/sim/run-schedule.ts';
import { DeadlockError } from '../../../src/sim/virtual-time.ts';
import type { World } from '../../../src/sim/world.ts';
import { Cluster } from './cluster.ts';
import type { Job, Rule } from './referee.ts';

export interface Subject {
  LaunchTasks(job: Job, registered: Channel<string>): Promise<void>;
}

export interface Workload {
  readonly maps: number;
  readonly reduces: number;
  readonly maxFailures?: number;
  /** Milliseconds that a task takes on each worker; 100 on two workers by default. */
  readonly workerMs?: readonly number[];
  /** When each of them registers; at once where nothing is said. */
  readonly registerMs?: readonly number[];
  readonly faults?: FaultModel;
  readonly isStable?: boolean;
  readonly failAt?: (task: string, attempt: number) => string | undefined;
  /** The rules that this workload is about; a breach of any of them ends it. */
  readonly rules?: readonly Rule[];
  /** Throws when the end is wrong. By default LaunchTasks must resolve with all tasks done. */
  readonly judge?: (end: End) => void;
}

/** How LaunchTasks ended. */
export interface End {
  readonly did: string;
  /** Undefined: it resolved. */
  readonly error: unknown;
  readonly hasResolved: boolean;
  readonly atMs: number;
  /** Names of the tasks that were not done then. */
  readonly undone: readonly string[];
  readonly cluster: Cluster;
}

export const taskMs = 100;
/** What dialling takes, and one message. */
export const connectMs = 10;
export const messageMs = 1;

export function createScenario(
  LaunchTasks: Subject['LaunchTasks'],
  workload: Workload,
): Scenario {
  const clusters = new WeakMap<World, Cluster>();
  const rules = new Set<Rule>(['sense', 'rounds', ...(workload.rules ?? [])]);
  const did = describe(workload);
  const expectNoBreach = (cluster: Cluster) => {
    const breach = cluster.breaches.find(({ rule }) => rules.has(rule));
    if (!breach) return;
    const { saw, expected, mistake } = breach;
    throw new CheckFailure({ did, saw, expected, mistake });
  };
  return {
    name: did,
    faults: workload.faults ?? {},
    world: { connectMs, delayMs: messageMs },
    maxEvents: 1500,
    async run(world) {
      const cluster = new Cluster(world, completeOptions(workload));
      clusters.set(world, cluster);
      const end = await launch(world, LaunchTasks, workload, cluster, did);
      expectNoBreach(cluster);
      (workload.judge ?? expectAllDone)(end);
    },
    check: (world) => expectNoBreach(clusters.get(world) as Cluster),
  };
}

function completeOptions(workload: Workload) {
  const { maps, reduces, maxFailures = 3, workerMs = [taskMs, taskMs] } = workload;
  const { isStable = false, failAt = () => undefined } = workload;
  return { job: { maps, reduces, maxFailures }, workerMs, isStable, failAt };
}

async function launch(
  world: World,
  LaunchTasks: Subject['LaunchTasks'],
  workload: Workload,
  cluster: Cluster,
  did: string,
): Promise<End> {
  const registered = new Channel<string>(100);
  const { registerMs = [] } = workload;
  const { workerMs } = completeOptions(workload);
  try {
    return await world.run(async () => {
      workerMs.forEach((_, i) => {
        const register = () => void registered.trySend(`sim:w${i + 1}`);
        const atMs = registerMs[i];
        if (!atMs) register();
        else world.time.schedule(atMs, register);
      });
      const master = world.node('master');
      const launched = master.run(() => LaunchTasks({ ...cluster.job }, registered));
      const ended = await Promise.resolve(launched).then(
        () => ({ hasResolved: true, error: undefined }),
        (error) => ({ hasResolved: false, error }),
      );
      const atMs = world.time.nowMs;
      // Long enough for whatever the master has left running.
      if (workload.judge === undefined) await pause(world);
      return { ...ended, did, atMs, cluster, undone: cluster.undone };
    });
  } catch (error) {
    throw error instanceof DeadlockError ? explainStuck(error, cluster, did) : error;
  }
}

function pause(world: World): Promise<void> {
  return new Promise((resolve) => void world.time.schedule(5 * taskMs, resolve));
}

/** The usual way of getting stuck: somebody's task went down with a worker. */
function explainStuck(error: DeadlockError, cluster: Cluster, did: string): unknown {
  const { crashed, undone, isAnyoneLeft } = cluster;
  if (crashed.length === 0 || undone.length === 0) return error;
  return new CheckFailure({
    did,
    saw: `nothing is left to happen; lost: ${crashed.join(', ')}; not done: ${undone.join(', ')}`,
    expected: isAnyoneLeft ? 'another worker gets the task' : 'LaunchTasks rejects',
    mistake: isAnyoneLeft
      ? 'the task of a lost worker is never handed out again'
      : 'it waits for an idle worker where none is left: count those that are lost',
  });
}

/** Resolved, with everything done. */
export function expectAllDone(end: End): void {
  const { did, hasResolved, error, undone, cluster } = end;
  const hasCrashed = cluster.crashed.length > 0;
  if (!hasResolved) {
    throw new CheckFailure({
      did,
      saw: hasCrashed ? `LaunchTasks rejected: ${textOf(error)}` : describeError(error),
      expected: 'it resolves: a worker is left, and no task keeps failing',
      mistake: hasCrashed ? recogniseRejection(cluster) : undefined,
    });
  }
  if (undone.length === 0) return;
  throw new CheckFailure({
    did,
    saw: `LaunchTasks has resolved; not done: ${undone.join(', ')}`,
    expected: 'it resolves when the last task is done',
    mistake: hasMissed(cluster)
      ? 'the reply { missing } is ignored: that reduce task has not run'
      : undefined,
  });
}

function hasMissed({ attempts }: Cluster): boolean {
  return attempts.at(-1)?.status === 'missing';
}

function recogniseRejection(cluster: Cluster): string {
  return hasMissed(cluster)
    ? 'a missing map output fails the job; its map task can run again'
    : 'one lost call fails the whole job, as Promise.all does; or it counts as a failure of the task';
}

/** What an error and its causes say. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `, because ${textOf(error.cause)}`;
  return `${error.message}${cause}`;
}

function describe({
  maps,
  reduces,
  workerMs = [taskMs, taskMs],
  isStable,
}: Workload): string {
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const parts = [count(maps, 'map task'), count(reduces, 'reduce task')];
  const isUneven = new Set(workerMs).size > 1;
  const pace = isUneven ? ` (a task takes ${workerMs.join(', ')} ms)` : '';
  const storage = isStable ? '; map outputs are on stable storage' : '';
  return `${parts.join(', ')}, ${count(workerMs.length, 'worker')}${pace}${storage}`;
}
