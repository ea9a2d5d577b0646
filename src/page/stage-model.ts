/**
 * One stage of a run as a picture: a cell per task, and the barrier between its phases. A run
 * of one job has one.
 *
 * Source: OSDI '04, section 4.8, "Status Information".
 */
import type { Requeued, TaskKind, TaskRef } from '../mapreduce/events.ts';
import type { Bar } from './run-model.ts';

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

export class StageModel {
  /** From 1 on. */
  readonly number: number;
  readonly job: string;
  readonly cells: Readonly<Record<TaskKind, readonly Cell[]>>;
  readonly barriers: Barrier[] = [];
  readonly moves: BarrierMove[] = [];
  /** `waiting`: for output of the stage before, which is made again. */
  state: 'running' | 'waiting' | 'completed' = 'running';

  constructor(number: number, job: string, tasks: Readonly<Record<TaskKind, number>>) {
    this.number = number;
    this.job = job;
    this.cells = {
      map: createCells('map', tasks.map),
      reduce: createCells('reduce', tasks.reduce),
    };
  }

  cellOf({ kind, index }: TaskRef): Cell {
    return this.cells[kind][index] as Cell;
  }

  countCompleted(kind: TaskKind): number {
    return this.cells[kind].filter(({ state }) => state === 'completed').length;
  }

  /** Where the barrier stands now; undefined: map tasks are missing. */
  get barrier(): Barrier | undefined {
    const last = this.barriers.at(-1);
    return last?.closeMs === undefined ? last : undefined;
  }

  /** A stage that goes on says so again. */
  openBarrier(openMs: number): void {
    if (!this.barrier) this.barriers.push({ openMs, closeMs: undefined });
  }

  start(task: TaskRef): void {
    const cell = this.cellOf(task);
    cell.state = 'in-progress';
    cell.attempts++;
  }

  accept(task: TaskRef, accepted: Bar | undefined): void {
    Object.assign(this.cellOf(task), { state: 'completed', accepted, wasLost: false });
  }

  requeue(requeued: readonly Requeued[], atMs: number): void {
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
