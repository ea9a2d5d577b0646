/**
 * A reader of the event stream: how far the run is, and what its faults cost. Numbers may go
 * backwards, as the work does.
 *
 * Source: OSDI '04, section 4.8, "Status Information"; section 5.5, negative progress.
 */
import type { Requeued, StreamEntry, TaskKind, TaskRef } from './events.ts';

/** What one worker does now. */
export type Activity = 'starting' | 'idle' | 'lost' | TaskRef;

export class Tally {
  readonly completed: Record<TaskKind, number> = { map: 0, reduce: 0 };
  readonly reExecuted: Record<TaskKind, number> = { map: 0, reduce: 0 };
  readonly activities = new Map<number, Activity>();
  /** Work that was lost: attempts that ran, and map tasks that were completed already. */
  readonly redone = { completedMaps: 0, runningAttempts: 0 };
  /** What was told of each lost worker, in the order of their loss. */
  readonly losses: (StreamEntry & { type: 'worker-lost' })[] = [];
  /** Tasks that were completed before the run began. */
  readonly reused: Record<TaskKind, number> = { map: 0, reduce: 0 };
  readonly backups = { started: 0, won: 0 };
  /** Attempts that were told to stop because another one had won. */
  cancelled = 0;
  /** Processes started in the place of lost ones. */
  replacements = 0;
  readonly #workerOf = new Map<number, number>();
  readonly #lastHeardMs = new Map<number, number>();
  #nowMs = 0;
  attempts = 0;
  duplicatesIgnored = 0;

  constructor(workers: number) {
    for (let id = 1; id <= workers; id++) this.activities.set(id, 'starting');
  }

  /** Milliseconds since a worker has given a sign of life, as far as the stream has come. */
  silenceMs(worker: number): number {
    return this.#nowMs - (this.#lastHeardMs.get(worker) ?? this.#nowMs);
  }

  read(entry: StreamEntry): void {
    this.#nowMs = entry.atMs;
    switch (entry.type) {
      case 'run-started':
      case 'stage-reopened':
        for (const id of entry.lostWorkers ?? []) this.activities.set(id, 'lost');
        break;
      case 'heartbeat':
        this.#lastHeardMs.set(entry.worker, entry.atMs);
        break;
      case 'worker-joined':
        this.activities.set(entry.worker, 'starting');
        break;
      case 'worker-registered':
        this.#free(entry.worker);
        break;
      case 'start-worker':
        this.replacements++;
        this.activities.set(entry.worker, 'starting');
        break;
      case 'start-attempt':
        this.#countStart(entry);
        break;
      case 'attempt-completed':
      case 'attempt-failed':
      case 'attempt-cancelled':
      case 'inputs-missing':
      case 'input-lost':
        this.#free(this.#workerOf.get(entry.attempt));
        break;
      case 'reuse':
        this.completed[entry.task.kind]++;
        this.reused[entry.task.kind]++;
        break;
      case 'accept':
        this.completed[entry.task.kind]++;
        if (entry.isBackup) this.backups.won++;
        break;
      case 'cancel-attempt':
        this.cancelled++;
        break;
      case 'ignore':
        this.duplicatesIgnored++;
        break;
      case 'worker-lost':
        this.losses.push(entry);
        this.activities.set(entry.worker, 'lost');
        this.#requeue(entry.requeued);
        break;
      case 'inputs-lost':
      case 'reopen-stage':
        this.#requeue(entry.requeued);
        break;
    }
  }

  #countStart(entry: StreamEntry & { type: 'start-attempt' }): void {
    this.attempts++;
    if (entry.isReExecution) this.reExecuted[entry.task.kind]++;
    if (entry.backup) this.backups.started++;
    this.activities.set(entry.worker, entry.task);
    this.#workerOf.set(entry.attempt, entry.worker);
  }

  /** Whatever came of its attempt; a lost worker stays lost. */
  #free(worker: number | undefined): void {
    if (worker === undefined || this.activities.get(worker) === 'lost') return;
    this.activities.set(worker, 'idle');
  }

  #requeue(requeued: readonly Requeued[]): void {
    for (const { task, was } of requeued) {
      if (was === 'in-progress') this.redone.runningAttempts++;
      if (was !== 'completed') continue;
      if (task.kind === 'map') this.redone.completedMaps++;
      this.completed[task.kind]--;
    }
  }
}
