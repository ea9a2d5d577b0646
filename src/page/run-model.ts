/**
 * A reader of the event stream: the run as a picture, up to the last entry that it was given.
 * A bar per attempt, a lane per worker, and the stages. Pure: the same entries give the same
 * picture, so any moment of a run can be looked at again.
 *
 * Source: OSDI '04, section 4.8, "Status Information".
 */
import type { Requeued, TaskRef } from '../mapreduce/events.ts';
import { expectBarrier } from './barrier.ts';
import { describeMoment, type Moment } from './moments.ts';
import { isEnd, type PageEntry, type RunFacts } from './run-record.ts';
import { StageModel } from './stage-model.ts';

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
  /** From 1 on. */
  readonly stage: number;
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

/** A stage began then, or went on. */
export interface StageBegin {
  readonly atMs: number;
  readonly stage: StageModel;
  /** `again`: output was lost when it was over; `resumed`: it had waited for its input. */
  readonly how: 'first' | 'again' | 'resumed';
}

export class RunModel {
  readonly #facts: RunFacts;
  readonly lanes = new Map<number, Lane>();
  readonly bars: Bar[] = [];
  /** Those that have begun, in order; the first is always there. */
  readonly stages: StageModel[];
  /** The one that runs, or ran last. */
  stage: StageModel;
  readonly begins: StageBegin[] = [];
  readonly moments: Moment[] = [];
  outcome: 'running' | 'completed' | 'failed' = 'running';
  /** When it came to its end. */
  overMs: number | undefined;
  readonly #byAttempt = new Map<number, Bar>();

  constructor(facts: RunFacts) {
    const { mapTasks, reduceTasks, workers, job, stages = [job] } = facts;
    this.#facts = facts;
    const tasks = { map: mapTasks, reduce: reduceTasks };
    this.stage = new StageModel(1, stages[0] as string, tasks);
    this.stages = [this.stage];
    for (let worker = 1; worker <= workers; worker++) this.#openLane(worker);
  }

  /** The jobs of all its stages, those to come included. */
  get jobs(): readonly string[] {
    return this.#facts.stages ?? [this.#facts.job];
  }

  /** Entries come in the order in which they happened. */
  read(entry: PageEntry): void {
    const moment = describeMoment(entry, this);
    if (moment) this.moments.push(moment);
    if ('worker' in entry) this.#openLane(entry.worker);
    switch (entry.type) {
      case 'run-started':
      case 'stage-reopened':
        this.#begin(entry);
        break;
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
      case 'input-lost':
        this.#end(entry.attempt, entry.atMs, 'input missing');
        break;
      case 'reuse':
        this.#stageOf(entry).accept(entry.task, undefined);
        break;
      case 'accept':
        this.#stageOf(entry).accept(entry.task, this.#count(entry.attempt));
        break;
      case 'retry':
        if (!entry.isStillRunning) this.#stageOf(entry).cellOf(entry.task).state = 'idle';
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
      case 'suspend-stage':
        this.#suspend(entry);
        break;
      case 'reopen-stage':
      case 'inputs-lost':
        this.#requeue(entry);
        break;
      case 'phase-completed':
        if (entry.phase === 'map') this.#stageOf(entry).openBarrier(entry.atMs);
        break;
      case 'complete-job':
      case 'fail-job':
        this.#finish(entry);
        break;
    }
  }

  barOf(attempt: number): Bar | undefined {
    return this.#byAttempt.get(attempt);
  }

  #stageOf({ stage = 1 }: PageEntry): StageModel {
    return this.stages[stage - 1] as StageModel;
  }

  /** A stage begins, or goes on after it had waited, or was over too soon. */
  #begin(entry: PageEntry & { type: 'run-started' | 'stage-reopened' }): void {
    const { atMs, stage: number } = entry;
    if (number === undefined) return;
    if (entry.type === 'run-started' && number > 1) {
      const { tasks = { map: 0, reduce: 0 } } = entry;
      this.stages.push(new StageModel(number, this.jobs[number - 1] ?? '', tasks));
    }
    this.stage = this.#stageOf(entry);
    this.stage.state = 'running';
    this.begins.push({ atMs, stage: this.stage, how: tellHow(entry) });
    // Each stage sees its workers anew.
    for (const lane of this.lanes.values()) lane.isSlowed = false;
  }

  /** Nothing of it runs until it goes on. */
  #suspend(entry: PageEntry & { type: 'suspend-stage' }): void {
    const stage = this.#stageOf(entry);
    stage.state = 'waiting';
    for (const { attempt } of entry.cancelled) {
      this.#cancel(attempt);
      const bar = this.barOf(attempt);
      if (bar) stage.cellOf(bar.task).state = 'idle';
    }
  }

  #finish(entry: PageEntry & { type: 'complete-job' | 'fail-job' }): void {
    if (entry.type === 'complete-job') this.#stageOf(entry).state = 'completed';
    if (!isEnd(entry, this.#facts)) return;
    this.outcome = entry.type === 'complete-job' ? 'completed' : 'failed';
    this.overMs = entry.atMs;
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
    const { atMs: startMs, attempt, task, worker, isReExecution, stage = 1 } = entry;
    const isBackup = entry.backup !== undefined;
    const lane = this.#openLane(worker);
    // A worker runs one at a time: whatever it still ran, it has been told to stop.
    if (lane.bar) this.#end(lane.bar.attempt, startMs, 'cancelled');
    const what = { attempt, stage, task, worker, startMs, isBackup, isReExecution };
    const bar: Bar = { ...what, endMs: undefined, fate: 'running' };
    this.bars.push(bar);
    this.#byAttempt.set(attempt, bar);
    Object.assign(lane, { state: 'busy', bar });
    this.#stageOf(entry).start(task);
  }

  /** Its output is the task's. */
  #count(attempt: number): Bar | undefined {
    const bar = this.barOf(attempt);
    if (bar) bar.fate = 'completed';
    return bar;
  }

  /** Another attempt has won: the loser runs on until it has stopped. */
  #cancel(attempt: number): void {
    const bar = this.#byAttempt.get(attempt);
    if (bar?.fate === 'running') bar.fate = 'cancelled';
  }

  #loseWorker(entry: PageEntry & { type: 'worker-lost' }): void {
    const { atMs, worker, requeued } = entry;
    this.#noteMove(requeued, atMs);
    const lane = this.#openLane(worker);
    if (lane.bar) this.#end(lane.bar.attempt, atMs, 'lost');
    Object.assign(lane, { state: 'lost', lostMs: atMs });
    this.#stageOf(entry).requeue(requeued, atMs);
  }

  #requeue(
    entry: PageEntry & {
      readonly type: 'reopen-stage' | 'inputs-lost';
      readonly requeued: readonly Requeued[];
    },
  ): void {
    this.#noteMove(entry.requeued, entry.atMs);
    this.#stageOf(entry).requeue(entry.requeued, entry.atMs);
  }

  /** Before anything is taken back. */
  #noteMove(requeued: readonly Requeued[], atMs: number): void {
    const isBack = requeued.some(
      ({ task, was }) => was === 'completed' && task.kind === 'map',
    );
    const { barrier, moves } = this.stage;
    const fromMs = barrier?.openMs ?? expectBarrier(this, atMs);
    if (isBack && fromMs !== undefined) moves.push({ atMs, fromMs });
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

function tellHow(entry: PageEntry & { type: 'run-started' | 'stage-reopened' }) {
  if (entry.type === 'run-started') return 'first';
  return entry.lostOutputs.length > 0 ? 'again' : 'resumed';
}
