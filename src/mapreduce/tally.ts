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
  /** What was told of each lost worker, in the order of their loss. */
  readonly losses: (StreamEntry & { type: 'worker-lost' })[] = [];
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
      case 'heartbeat':
        this.#lastHeardMs.set(entry.worker, entry.atMs);
        break;
      case 'worker-joined':
        this.activities.set(entry.worker, 'starting');
        break;
      case 'worker-registered':
        if (this.activities.get(entry.worker) === 'starting') {
          this.activities.set(entry.worker, 'idle');
        }
        break;
      case 'start-attempt':
        this.attempts++;
        if (entry.isReExecution) this.reExecuted[entry.task.kind]++;
        this.activities.set(entry.worker, entry.task);
        break;
      case 'accept':
        this.completed[entry.task.kind]++;
        this.activities.set(entry.worker, 'idle');
        break;
      case 'ignore':
        this.duplicatesIgnored++;
        break;
      case 'retry':
        this.activities.set(entry.worker, 'idle');
        break;
      case 'worker-lost':
        this.losses.push(entry);
        this.activities.set(entry.worker, 'lost');
        this.#requeue(entry.requeued);
        break;
      case 'inputs-lost':
        this.activities.set(entry.worker, 'idle');
        this.#requeue(entry.requeued);
        break;
    }
  }

  #requeue(requeued: readonly Requeued[]): void {
    for (const { task, was } of requeued) {
      if (was === 'completed') this.completed[task.kind]--;
    }
  }
}
