/**
 * The scheduler under random histories: workers come, compute, fail, fall silent and are lost
 * in any order. Named invariants hold after every step, and every job whose faults stop ends.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decision, MapOutput, RunEvent } from '../../src/mapreduce/events.ts';
import { planKills } from '../../src/mapreduce/fault-plan.ts';
import { step } from '../../src/mapreduce/scheduler.ts';
import {
  areAllCompleted,
  createState,
  listPendingFaults,
  type SchedulerState,
} from '../../src/mapreduce/scheduler-state.ts';

const mapOutput: MapOutput = { kind: 'map', records: 1, pairs: 1, regions: [] };

/** Worker processes as the network shows them, and the master's decisions about them. */
class Cluster {
  readonly state: SchedulerState;
  nowMs = 0;
  /** Attempts that really run, lost ones included: nobody tells a lost worker to stop. */
  readonly running = new Map<number, { worker: number; failpoint: number | undefined }>();
  readonly gone = new Set<number>();
  readonly accepted: string[] = [];
  readonly log: string[] = [];

  constructor(maps: number, reduces: number, workers: number, doomed: number[]) {
    const ids = Array.from({ length: workers }, (_, i) => i + 1);
    this.state = createState(
      {
        mapTasks: maps,
        reduceTasks: reduces,
        workers: ids,
        lostAfterMs: 1000,
        startWithinMs: 1000,
        maxFailures: 3,
        faults: planKills(doomed, 7),
      },
      0,
    );
  }

  tell(event: RunEvent): void {
    this.log.push(JSON.stringify(event));
    for (const decision of step(this.state, event, this.nowMs)) this.#carryOut(decision);
    checkInvariants(this.state, this.accepted);
  }

  #carryOut(decision: Decision): void {
    this.log.push(`  ${JSON.stringify(decision)}`);
    if (decision.type === 'start-attempt') {
      const { attempt, worker, failpointFraction: failpoint, task } = decision;
      expect(this.state.workers.get(worker)?.status, 'started on a live worker').toBe(
        'registered',
      );
      if (task.kind === 'reduce') {
        expect(areAllCompleted(this.state.maps), 'reduce behind the barrier').toBe(true);
      }
      this.running.set(attempt, { worker, failpoint });
    }
    if (decision.type === 'accept') {
      this.accepted.push(`${decision.task.kind} ${decision.task.index}`);
    }
    if (decision.type === 'kill-worker') this.gone.add(decision.worker);
  }

  /** Events that could happen now. */
  enabled(): RunEvent[] {
    const events: RunEvent[] = [];
    for (const { id, status } of this.state.workers.values()) {
      if (this.gone.has(id)) {
        if (status !== 'lost')
          events.push({ type: 'worker-disconnected', worker: id, why: 'gone' });
        continue;
      }
      if (status === 'starting')
        events.push({ type: 'worker-registered', worker: id, pid: 1 });
      else events.push({ type: 'heartbeat', worker: id });
    }
    for (const [attempt, { worker, failpoint }] of this.running) {
      if (this.gone.has(worker)) continue;
      events.push(
        failpoint === undefined
          ? { type: 'attempt-completed', attempt, output: this.#outputOf(attempt) }
          : { type: 'failpoint-reached', attempt },
      );
    }
    return events;
  }

  #outputOf(attempt: number) {
    const isMap = this.state.attempts[attempt]?.task.kind === 'map';
    return isMap ? mapOutput : { kind: 'reduce' as const, file: `${attempt}`, bytes: 1 };
  }

  happen(event: RunEvent): void {
    if ('attempt' in event) this.running.delete(event.attempt);
    this.tell(event);
  }

  /** A fault instead of progress: a process dies, is silent, or its output cannot be read. */
  fail(choice: number): void {
    const alive = [...this.state.workers.keys()].filter((id) => !this.gone.has(id));
    const kind = choice % 3;
    const worker = alive[choice % alive.length];
    if (kind === 0 && worker !== undefined && alive.length > 1) this.gone.add(worker);
    else if (kind === 1) {
      this.nowMs += 600;
      this.tell({ type: 'tick' });
    } else this.#loseInputs(choice);
  }

  #loseInputs(choice: number): void {
    const reduces = [...this.running].filter(
      ([attempt, { worker }]) =>
        this.state.attempts[attempt]?.task.kind === 'reduce' && !this.gone.has(worker),
    );
    const attempt = reduces[choice % Math.max(1, reduces.length)]?.[0];
    const map = this.state.maps[choice % this.state.maps.length];
    if (attempt === undefined || !map?.accepted) return;
    this.happen({
      type: 'inputs-missing',
      attempt,
      missing: [
        { map: map.index, attempt: map.accepted.attempt, problem: 'unreachable' },
      ],
    });
  }
}

function checkInvariants(state: SchedulerState, accepted: readonly string[]): void {
  const current = new Set<number>();
  for (const task of [...state.maps, ...state.reduces]) {
    const name = `${task.kind} ${task.index}`;
    expect(task.running.length > 0, `${name}: in progress means attempts`).toBe(
      task.status === 'in-progress',
    );
    expect(task.accepted !== undefined, `${name}: completed means one output`).toBe(
      task.status === 'completed',
    );
    for (const { id, worker: runner } of task.running) {
      const worker = state.workers.get(runner);
      expect(worker?.attempt, `${name}: its worker knows of it`).toBe(id);
      expect(worker?.status, `${name}: its worker is not lost`).toBe('registered');
      expect(current.has(runner), `${name}: a worker has one attempt`).toBe(false);
      current.add(runner);
    }
    if (task.kind === 'map' && task.accepted) {
      const holder = state.workers.get(task.accepted.worker);
      expect(holder?.status, `${name}: its output can be fetched`).toBe('registered');
    }
  }
  const reduces = accepted.filter((name) => name.startsWith('reduce'));
  expect(new Set(reduces).size, 'a reduce task is accepted once').toBe(reduces.length);
}

test('whatever happens in whatever order, the invariants hold and the job ends', () => {
  const history = fc.array(fc.tuple(fc.nat(9), fc.nat(1000)), { maxLength: 120 });
  const shape = fc.record({
    maps: fc.integer({ min: 1, max: 5 }),
    reduces: fc.integer({ min: 1, max: 3 }),
    workers: fc.integer({ min: 1, max: 4 }),
    doomed: fc.subarray([1, 2, 3]),
  });
  fc.assert(
    fc.property(shape, history, ({ maps, reduces, workers, doomed }, choices) => {
      const plan = doomed.filter((id) => id <= workers);
      const cluster = new Cluster(maps, reduces, workers, plan);
      for (const [kind, choice] of choices) {
        const events = cluster.enabled();
        if (kind === 0) cluster.fail(choice);
        else if (events.length > 0) cluster.happen(events[choice % events.length]!);
      }
      for (let i = 0; cluster.state.outcome === 'running'; i++) {
        expect(i, `no end:\n${cluster.log.join('\n')}`).toBeLessThan(1000);
        // Faults have stopped: heartbeats come before anything that takes time.
        const events = cluster.enabled();
        const event = events.find(({ type }) => type !== 'heartbeat');
        expect(event, `deadlock:\n${cluster.log.join('\n')}`).toBeDefined();
        cluster.happen(event!);
      }
      const { outcome } = cluster.state;
      const isAnyoneLeft = [...cluster.state.workers.values()].some(
        (w) => w.status !== 'lost',
      );
      expect(outcome).toBe(isAnyoneLeft ? 'completed' : 'failed');
      if (outcome === 'completed') {
        expect(areAllCompleted(cluster.state.reduces)).toBe(true);
        const isFeasible = maps >= 2;
        const met = plan.filter((id) => !listPendingFaults(cluster.state).includes(id));
        if (isFeasible && choices.length === 0) expect(met).toEqual(plan);
      }
    }),
    { numRuns: 1000 },
  );
});
