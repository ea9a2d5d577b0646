/**
 * A reader of the event stream: the run as a picture, up to the last entry that it was given.
 * A bar per attempt, a lane per worker, a cell per task, the barrier. Pure: the same entries
 * give the same picture, so any moment of a run can be looked at again.
 *
 * Source: OSDI '04, section 4.8, "Status Information".
 */
import type { Requeued, TaskKind, TaskRef } from '../mapreduce/events.ts';
import { expectBarrier } from './barrier.ts';
import { describeMoment, type Moment } from './moments.ts';
import type { PageEntry, RunFacts } from './run-record.ts';

/** What has become of an attempt. What a completed one made may be lost later. */
export type Fate =
  | 'running'
  | 'completed'
  | 'lost later'
  | 'killed'
  | 'lost'
  | 'cancelled'
  | 'ignored'
  | 'failed'
  | 'input missing';

/** One attempt. */
export interface Bar {
  readonly attempt: number;
  readonly task: TaskRef;
  readonly worker: number;
  readonly startMs: number;
  readonly isBackup: boolean;
  readonly isReExecution: boolean;
  /** Undefined while it runs. */
  endMs: number | undefined;
  fate: Fate;
}

/** One worker. */
export interface Lane {
  readonly worker: number;
  name: string;
  state: 'starting' | 'idle' | 'busy' | 'lost';
  /** What it runs, while it is busy. */
  bar: Bar | undefined;
  pid: number | undefined;
  isSlowed: boolean;
  lostMs: number | undefined;
}

/** One task. */
export interface Cell {
  readonly task: TaskRef;
  state: 'idle' | 'in-progress' | 'completed';
  attempts: number;
  /** True: its work was lost, and it has not been completed again. */
  wasLost: boolean;
  /** The attempt whose output counts. */
  accepted: Bar | undefined;
}

/** All maps were completed from then on; until, if one of them was lost. */
export interface Barrier {
  readonly openMs: number;
  closeMs: number | undefined;
}

/** A completed map was lost: the barrier will open later than it did, or than was expected. */
export interface BarrierMove {
  readonly atMs: number;
  readonly fromMs: number;
}

export class RunModel {
  readonly lanes = new Map<number, Lane>();
  readonly bars: Bar[] = [];
  readonly cells: Readonly<Record<TaskKind, readonly Cell[]>>;
  readonly barriers: Barrier[] = [];
  readonly moves: BarrierMove[] = [];
  readonly moments: Moment[] = [];
  outcome: 'running' | 'completed' | 'failed' = 'running';
  /** When it came to its end. */
  overMs: number | undefined;
  readonly #byAttempt = new Map<number, Bar>();

  constructor({ mapTasks, reduceTasks, workers }: RunFacts) {
    this.cells = {
      map: createCells('map', mapTasks),
      reduce: createCells('reduce', reduceTasks),
    };
    for (let worker = 1; worker <= workers; worker++) this.#openLane(worker);
  }

  /** Entries come in the order in which they happened. */
  read(entry: PageEntry): void {
    const moment = describeMoment(entry, this);
    if (moment) this.moments.push(moment);
    if ('worker' in entry) this.#openLane(entry.worker);
    switch (entry.type) {
      case 'worker-joined':
        this.#openLane(entry.worker).name = entry.name;
        break;
      case 'worker-registered':
        Object.assign(this.#openLane(entry.worker), { state: 'idle', pid: entry.pid });
        break;
      case 'start-attempt':
        this.#start(entry);
        break;
      case 'attempt-completed':
        // Unless a decision, which follows, says otherwise.
        this.#end(entry.attempt, entry.atMs, 'ignored');
        break;
      case 'attempt-cancelled':
        this.#end(entry.attempt, entry.atMs, 'cancelled');
        break;
      case 'attempt-failed':
        this.#end(entry.attempt, entry.atMs, 'failed');
        break;
      case 'inputs-missing':
        this.#end(entry.attempt, entry.atMs, 'input missing');
        break;
      case 'reuse':
        this.cellOf(entry.task).state = 'completed';
        break;
      case 'accept':
        this.#accept(entry);
        break;
      case 'retry':
        if (!entry.isStillRunning) this.cellOf(entry.task).state = 'idle';
        break;
      case 'cancel-attempt':
        this.#cancel(entry.attempt);
        break;
      case 'fault-injected':
        if (entry.fault === 'slow') this.#openLane(entry.worker).isSlowed = true;
        break;
      case 'kill-worker':
        this.#end(entry.attempt, entry.atMs, 'killed');
        break;
      case 'worker-lost':
        this.#loseWorker(entry);
        break;
      case 'inputs-lost':
        this.#noteMove(entry.requeued, entry.atMs);
        this.#requeue(entry.requeued, entry.atMs);
        break;
      case 'phase-completed':
        if (entry.phase === 'map')
          this.barriers.push({ openMs: entry.atMs, closeMs: undefined });
        break;
      case 'complete-job':
      case 'fail-job':
        this.outcome = entry.type === 'complete-job' ? 'completed' : 'failed';
        this.overMs = entry.atMs;
        break;
    }
  }

  cellOf({ kind, index }: TaskRef): Cell {
    return this.cells[kind][index] as Cell;
  }

  barOf(attempt: number): Bar | undefined {
    return this.#byAttempt.get(attempt);
  }

  /** Where the barrier stands now; undefined: map tasks are missing. */
  get barrier(): Barrier | undefined {
    const last = this.barriers.at(-1);
    return last?.closeMs === undefined ? last : undefined;
  }

  #openLane(worker: number): Lane {
    const known = this.lanes.get(worker);
    if (known) return known;
    const lane: Lane = {
      worker,
      name: `worker ${worker}`,
      state: 'starting',
      bar: undefined,
      pid: undefined,
      isSlowed: false,
      lostMs: undefined,
    };
    this.lanes.set(worker, lane);
    return lane;
  }

  #start(entry: PageEntry & { type: 'start-attempt' }): void {
    const { atMs: startMs, attempt, task, worker, isReExecution } = entry;
    const isBackup = entry.backup !== undefined;
    const lane = this.#openLane(worker);
    // A worker runs one at a time: whatever it still ran, it has been told to stop.
    if (lane.bar) this.#end(lane.bar.attempt, startMs, 'cancelled');
    const facts = { attempt, task, worker, startMs, isBackup, isReExecution };
    const bar: Bar = { ...facts, endMs: undefined, fate: 'running' };
    this.bars.push(bar);
    this.#byAttempt.set(attempt, bar);
    Object.assign(lane, { state: 'busy', bar });
    const cell = this.cellOf(task);
    cell.state = 'in-progress';
    cell.attempts++;
  }

  #accept({ attempt, task }: PageEntry & { type: 'accept' }): void {
    const bar = this.#byAttempt.get(attempt);
    if (bar) bar.fate = 'completed';
    Object.assign(this.cellOf(task), {
      state: 'completed',
      accepted: bar,
      wasLost: false,
    });
  }

  /** Another attempt has won: the loser runs on until it has stopped. */
  #cancel(attempt: number): void {
    const bar = this.#byAttempt.get(attempt);
    if (bar?.fate === 'running') bar.fate = 'cancelled';
  }

  #loseWorker({ atMs, worker, requeued }: PageEntry & { type: 'worker-lost' }): void {
    this.#noteMove(requeued, atMs);
    const lane = this.#openLane(worker);
    if (lane.bar) this.#end(lane.bar.attempt, atMs, 'lost');
    Object.assign(lane, { state: 'lost', lostMs: atMs });
    this.#requeue(requeued, atMs);
  }

  /** Before anything is taken back. */
  #noteMove(requeued: readonly Requeued[], atMs: number): void {
    const isBack = requeued.some(
      ({ task, was }) => was === 'completed' && task.kind === 'map',
    );
    const fromMs = this.barrier?.openMs ?? expectBarrier(this, atMs);
    if (isBack && fromMs !== undefined) this.moves.push({ atMs, fromMs });
  }

  #requeue(requeued: readonly Requeued[], atMs: number): void {
    for (const { task, was } of requeued) {
      const cell = this.cellOf(task);
      if (was === 'completed') {
        if (cell.accepted) cell.accepted.fate = 'lost later';
        const { barrier } = this;
        if (barrier && task.kind === 'map') barrier.closeMs = atMs;
      }
      Object.assign(cell, { state: 'idle', accepted: undefined, wasLost: true });
    }
  }

  /** The first end counts; one that was told to stop has its fate before it. */
  #end(attempt: number | undefined, endMs: number, fate: Fate): void {
    const bar = this.#byAttempt.get(attempt ?? -1);
    if (!bar || bar.endMs !== undefined) return;
    bar.endMs = endMs;
    if (bar.fate === 'running') bar.fate = fate;
    const lane = this.#openLane(bar.worker);
    if (lane.bar === bar) Object.assign(lane, { state: 'idle', bar: undefined });
  }
}

function createCells(kind: TaskKind, count: number): Cell[] {
  return Array.from({ length: count }, (_, index) => ({
    task: { kind, index },
    state: 'idle',
    attempts: 0,
    wasLost: false,
    accepted: undefined,
  }));
}
