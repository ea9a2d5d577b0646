/**
 * A cluster of which chance decides what happens next, around the real scheduler: processes
 * that come, compute, fail, stop, go on and die. It keeps its own books, from the decisions
 * alone, and compares: what is started, accepted, cancelled and put back must fit them.
 */
import assert from 'node:assert/strict';
import type { BackupPolicy } from '../../src/mapreduce/backup-policy.ts';
import type { Decision, MapOutput, RunEvent } from '../../src/mapreduce/events.ts';
import { type Fault, planKills } from '../../src/mapreduce/fault-plan.ts';
import { step } from '../../src/mapreduce/scheduler.ts';
import {
  createState,
  type SchedulerOptions,
  type SchedulerState,
} from '../../src/mapreduce/scheduler-state.ts';

const mapOutput: MapOutput = { kind: 'map', records: 1, pairs: 1, regions: [] };

/** Backs up whatever can be: far more often two attempts run than with the real policy. */
const backUpAnything: BackupPolicy = (candidates) => candidates.at(-1);

export interface Shape {
  readonly maps: number;
  readonly reduces: number;
  readonly workers: number;
  readonly doomed: readonly number[];
  readonly crashPercent: number;
  readonly outputSurvives: boolean;
  readonly maxReplacements: number;
}

interface Running {
  readonly task: string;
  readonly worker: number;
  readonly isDoomed: boolean;
  isCancelled: boolean;
  /** It has said that it stands at its failpoint, which it does once. */
  isAtFailpoint: boolean;
}

export class RandomCluster {
  readonly state: SchedulerState;
  readonly log: string[] = [];
  /** Processes that are dead, and those that stand still. */
  readonly gone = new Set<number>();
  readonly stopped = new Set<number>();
  readonly #lost = new Set<number>();
  readonly #outputSurvives: boolean;
  /** Attempts that really run, lost ones included: nobody tells a lost worker to stop. */
  readonly #running = new Map<number, Running>();
  /** Each completed task, and the worker whose attempt was accepted. */
  readonly #accepted = new Map<string, number>();
  #nowMs = 0;

  constructor(shape: Shape) {
    const { doomed, crashPercent: percent, outputSurvives, maxReplacements } = shape;
    const ids = Array.from({ length: shape.workers }, (_, i) => i + 1);
    const kills = planKills(
      doomed.filter((id) => id <= shape.workers),
      7,
    );
    const faults: Fault[] = [...kills, { type: 'crash-attempts', percent, seed: 7 }];
    this.#outputSurvives = outputSurvives;
    const times = {
      lostAfterMs: 1000,
      silentAfterMs: 300,
      startWithinMs: 1000,
      checkMs: 600,
    };
    const options: SchedulerOptions = {
      ...times,
      mapTasks: shape.maps,
      reduceTasks: shape.reduces,
      workers: ids,
      maxFailures: 1000,
      faults,
      outputSurvives,
      maxReplacements,
      chooseBackup: backUpAnything,
    };
    this.state = createState(options, 0);
  }

  /** What could happen now, but for faults and the clock. */
  listEvents(): RunEvent[] {
    const events: RunEvent[] = [];
    for (const { id, status } of this.state.workers.values()) {
      const isHere = !this.gone.has(id) && !this.stopped.has(id);
      if (isHere && status === 'starting')
        events.push({ type: 'worker-registered', worker: id, pid: 1 });
      if (this.gone.has(id) && status !== 'lost')
        events.push({ type: 'worker-disconnected', worker: id, why: 'gone' });
    }
    for (const [attempt, running] of this.#running) {
      const { worker, task, isDoomed, isAtFailpoint, isCancelled } = running;
      if (this.gone.has(worker) || this.stopped.has(worker)) continue;
      const output = task.startsWith('map')
        ? mapOutput
        : { kind: 'reduce' as const, file: `${attempt}`, bytes: 1 };
      if (isDoomed && !isAtFailpoint) events.push({ type: 'failpoint-reached', attempt });
      if (!isDoomed) events.push({ type: 'attempt-completed', attempt, output });
      if (isCancelled) events.push({ type: 'attempt-cancelled', attempt });
    }
    return events;
  }

  happen(event: RunEvent): void {
    this.log.push(JSON.stringify(event));
    const decisions = step(this.state, event, this.#nowMs);
    if (event.type === 'failpoint-reached') {
      const running = this.#running.get(event.attempt);
      if (running) running.isAtFailpoint = true;
    } else if ('attempt' in event) this.#running.delete(event.attempt);
    for (const decision of decisions) this.#note(decision);
    this.#compareBooks();
  }

  /** Time passes; heartbeats of those that live come first. */
  passTime(ms: number): void {
    this.#nowMs += ms;
    for (const id of this.#listLiving()) {
      if (this.state.workers.get(id)?.status !== 'starting')
        this.happen({ type: 'heartbeat', worker: id });
    }
    this.happen({ type: 'tick' });
  }

  #listLiving(): number[] {
    return [...this.state.workers.keys()].filter(
      (id) => !this.gone.has(id) && !this.stopped.has(id),
    );
  }

  /** A fault instead of progress. */
  fail(choice: number): void {
    const living = this.#listLiving();
    const worker = living[choice % Math.max(1, living.length)];
    const isSpare = worker !== undefined && living.length > 1;
    const [stopped] = this.stopped;
    const faults: (() => void)[] = [
      () => isSpare && this.gone.add(worker),
      () => isSpare && this.stopped.add(worker),
      () => stopped !== undefined && this.stopped.delete(stopped),
      () => this.passTime(600),
      () => this.#failAttempt(choice),
      () => this.#loseInputs(choice),
      () => this.happen({ type: 'worker-registered', worker: 100 + choice, pid: 1 }),
    ];
    faults[choice % faults.length]?.();
  }

  #pickRunning(choice: number, kind: string): number | undefined {
    const attempts = [...this.#running].filter(
      ([, { worker, task }]) =>
        task.startsWith(kind) && !this.gone.has(worker) && !this.stopped.has(worker),
    );
    return attempts[choice % Math.max(1, attempts.length)]?.[0];
  }

  #failAttempt(choice: number): void {
    const attempt = this.#pickRunning(choice, '');
    const failure = { error: 'boom', on: '' };
    if (attempt !== undefined) this.happen({ type: 'attempt-failed', attempt, failure });
  }

  #loseInputs(choice: number): void {
    const attempt = this.#pickRunning(choice, 'reduce');
    const map = this.state.maps[choice % this.state.maps.length];
    if (attempt === undefined || !map?.accepted) return;
    const source = { map: map.index, attempt: map.accepted.attempt };
    const missing = [{ ...source, problem: 'unreachable' as const }];
    this.happen({ type: 'inputs-missing', attempt, missing });
  }

  #note(decision: Decision): void {
    this.log.push(`  ${JSON.stringify(decision)}`);
    switch (decision.type) {
      case 'start-attempt':
        this.#noteStart(decision);
        break;
      case 'accept':
        assert(
          !this.#accepted.has(nameOf(decision)),
          'one attempt of a task is accepted',
        );
        assert(
          !this.#lost.has(decision.worker),
          'nothing is accepted from a lost worker',
        );
        this.#accepted.set(nameOf(decision), decision.worker);
        break;
      case 'cancel-attempt': {
        const running = this.#running.get(decision.attempt);
        assert(running && !running.isCancelled, 'what is cancelled runs, and is so once');
        assert(this.#accepted.has(running.task), 'it is cancelled because another won');
        running.isCancelled = true;
        break;
      }
      case 'worker-lost':
        this.#noteLoss(decision);
        break;
      case 'inputs-lost':
        for (const one of decision.requeued) {
          if (one.was === 'completed') this.#accepted.delete(nameOf(one));
        }
        break;
      case 'kill-worker':
        this.gone.add(decision.worker);
        break;
    }
  }

  #noteStart(decision: Decision & { type: 'start-attempt' }): void {
    const { attempt, worker, backup, failpointFraction } = decision;
    const task = nameOf(decision);
    assert.equal(this.state.workers.get(worker)?.status, 'registered');
    const workers = [...this.#running.values()].map((running) => running.worker);
    assert(!workers.includes(worker), `worker ${worker} has one attempt at a time`);
    assert(!this.#accepted.has(task), 'what is completed is not started');
    const others = this.#listNeeded(task);
    assert.equal(
      others.length,
      backup ? 1 : 0,
      'a backup is a second attempt, not a third',
    );
    assert(others[0]?.worker !== worker, 'a backup runs elsewhere');
    if (decision.task.kind === 'reduce') {
      const isOpen = this.state.maps.every((_, i) => this.#accepted.has(`map ${i}`));
      assert(isOpen, 'a reduce task starts behind the barrier');
    }
    const isDoomed = failpointFraction !== undefined;
    this.#running.set(attempt, {
      task,
      worker,
      isDoomed,
      isCancelled: false,
      isAtFailpoint: false,
    });
  }

  /** Attempts of the task that run on workers not lost, and that nobody has cancelled. */
  #listNeeded(task: string): Running[] {
    return [...this.#running.values()].filter(
      (one) => one.task === task && !one.isCancelled && !this.#lost.has(one.worker),
    );
  }

  /** Exactly those tasks go back that the lost worker alone was working on, or held. */
  #noteLoss({ worker, requeued }: Decision & { type: 'worker-lost' }): void {
    const names = [...this.state.maps, ...this.state.reduces].map(
      ({ kind, index }) => `${kind} ${index}`,
    );
    const expected = names.flatMap((task) => {
      const needed = this.#listNeeded(task);
      const isAlone = needed.length === 1 && needed[0]?.worker === worker;
      const isHeld = task.startsWith('map') && this.#accepted.get(task) === worker;
      if (isHeld && !this.#outputSurvives) return [`${task} completed`];
      return isAlone && !this.#accepted.has(task) ? [`${task} in-progress`] : [];
    });
    const told = requeued.map((one) => `${nameOf(one)} ${one.was}`);
    assert.deepEqual(told, expected, 'a loss puts back what it must, and no more');
    this.#lost.add(worker);
    for (const one of requeued) this.#accepted.delete(nameOf(one));
  }

  /** The scheduler's state says the same as the books. */
  #compareBooks(): void {
    for (const task of [...this.state.maps, ...this.state.reduces]) {
      const name = `${task.kind} ${task.index}`;
      const isRunning = task.running.length > 0;
      assert.equal(isRunning, task.status === 'in-progress', `${name}: in progress`);
      assert.equal(!!task.accepted, task.status === 'completed', `${name}: completed`);
      assert.equal(task.accepted?.worker, this.#accepted.get(name), `${name}: accepted`);
      const workers = task.running.map(({ worker }) => worker).sort();
      const needed = this.#listNeeded(name).map(({ worker }) => worker);
      assert.deepEqual(workers, needed.sort(), `${name}: who runs it`);
    }
  }
}

function nameOf({ task: { kind, index } }: Pick<Decision & { type: 'accept' }, 'task'>) {
  return `${kind} ${index}`;
}
