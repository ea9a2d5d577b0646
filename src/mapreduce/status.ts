/**
 * A reader of the event stream: who is there, what everybody does, what was done and what was
 * done again. It is what `Master.Status` replies.
 *
 * Source: OSDI '04, section 4.8, "Status Information"; document "MapReduce Distributed
 * System", "View Real-Time Status", "Metrics Tracked".
 */
import type { Requeued, StreamEntry, TaskKind, TaskRef } from './events.ts';

export interface WorkerStatus {
  readonly worker: number;
  readonly name: string;
  readonly state: 'starting' | 'idle' | 'busy' | 'lost';
  /** What it runs, while it is busy. */
  readonly task: TaskRef | undefined;
  /** Milliseconds since it has given a sign of life. */
  readonly silentMs: number;
  /** Tasks whose results were accepted from it. */
  readonly completed: number;
  readonly heartbeats: number;
}

/** Which of the run's stages it is, and when the run began. */
export interface StageOfRun {
  readonly number: number;
  readonly count: number;
  readonly startMs: number;
}

export interface RunStatus {
  readonly job: string;
  /** Undefined: there is only one. */
  readonly stage?: Omit<StageOfRun, 'startMs'>;
  readonly atMs: number;
  readonly workers: readonly WorkerStatus[];
  /** Of both phases together; `failed` counts attempts. */
  readonly tasks: {
    readonly pending: number;
    readonly running: number;
    readonly completed: number;
    readonly failed: number;
  };
  /** Tasks that went back to idle because their work was lost. */
  readonly reassigned: number;
}

type Seen = {
  -readonly [Key in keyof Omit<WorkerStatus, 'silentMs'>]: WorkerStatus[Key];
} & {
  heardMs: number;
};

export class StatusReader {
  readonly #job: string;
  readonly #stage: StageOfRun | undefined;
  readonly #total: number;
  readonly #workers = new Map<number, Seen>();
  readonly #attempts = new Map<number, { worker: number; task: string }>();
  readonly #completed = new Set<string>();
  readonly #nowMs: () => number;
  #startMs = 0;
  #failed = 0;
  #reassigned = 0;

  constructor(
    job: string,
    totals: Readonly<Record<TaskKind, number>>,
    workers: number,
    nowMs: () => number = () => performance.now(),
    stage?: StageOfRun,
  ) {
    this.#job = job;
    this.#stage = stage;
    this.#total = totals.map + totals.reduce;
    this.#nowMs = nowMs;
    this.#startMs = stage?.startMs ?? nowMs();
    for (let id = 1; id <= workers; id++) this.#find(id, 0);
  }

  describe(): RunStatus {
    const atMs = this.#nowMs() - this.#startMs;
    const workers = [...this.#workers.values()]
      .map(({ heardMs, ...worker }) => ({ ...worker, silentMs: atMs - heardMs }))
      .sort((a, b) => a.worker - b.worker);
    const tasks = [...this.#attempts.values()].map(({ task }) => task);
    const running = new Set(tasks).size;
    const completed = this.#completed.size;
    const pending = this.#total - running - completed;
    const { number, count } = this.#stage ?? {};
    const stage = number && count ? { stage: { number, count } } : {};
    return {
      job: this.#job,
      ...stage,
      atMs,
      workers,
      tasks: { pending, running, completed, failed: this.#failed },
      reassigned: this.#reassigned,
    };
  }

  read(entry: StreamEntry): void {
    switch (entry.type) {
      case 'run-started':
      case 'stage-reopened':
        for (const id of entry.lostWorkers ?? []) this.#lose(id, entry.atMs);
        break;
      case 'worker-joined':
        this.#find(entry.worker, entry.atMs).name = entry.name;
        break;
      case 'worker-registered':
        this.#hear(entry.worker, entry.atMs);
        this.#find(entry.worker, entry.atMs).state = 'idle';
        break;
      case 'heartbeat':
        this.#hear(entry.worker, entry.atMs).heartbeats++;
        break;
      case 'start-attempt': {
        const { attempt, worker, task } = entry;
        this.#attempts.set(attempt, { worker, task: nameOf(task) });
        Object.assign(this.#find(worker, entry.atMs), { state: 'busy', task });
        break;
      }
      case 'attempt-failed':
        this.#failed++;
        this.#end(entry.attempt, entry.atMs);
        break;
      case 'attempt-completed':
      case 'attempt-cancelled':
      case 'inputs-missing':
      case 'input-lost':
        this.#end(entry.attempt, entry.atMs);
        break;
      case 'reuse':
        this.#completed.add(nameOf(entry.task));
        break;
      case 'accept':
        this.#completed.add(nameOf(entry.task));
        this.#find(entry.worker, entry.atMs).completed++;
        break;
      case 'inputs-lost':
      case 'reopen-stage':
        this.#requeue(entry.requeued);
        break;
      case 'worker-lost':
        this.#lose(entry.worker, entry.atMs);
        this.#requeue(entry.requeued);
        break;
    }
  }

  #find(worker: number, atMs: number): Seen {
    const known = this.#workers.get(worker);
    if (known) return known;
    const name = `worker${worker}`;
    const nothing = { state: 'starting', task: undefined, heartbeats: 0 } as const;
    const seen = { worker, name, ...nothing, completed: 0, heardMs: atMs };
    this.#workers.set(worker, seen);
    return seen;
  }

  #hear(worker: number, atMs: number): Seen {
    const seen = this.#find(worker, atMs);
    seen.heardMs = atMs;
    return seen;
  }

  #end(attempt: number, atMs: number): void {
    const running = this.#attempts.get(attempt);
    if (!running) return;
    this.#attempts.delete(attempt);
    const worker = this.#hear(running.worker, atMs);
    if (worker.state === 'busy')
      Object.assign(worker, { state: 'idle', task: undefined });
  }

  #lose(worker: number, atMs: number): void {
    Object.assign(this.#find(worker, atMs), { state: 'lost', task: undefined });
    for (const [id, attempt] of this.#attempts) {
      if (attempt.worker === worker) this.#attempts.delete(id);
    }
  }

  #requeue(requeued: readonly Requeued[]): void {
    this.#reassigned += requeued.length;
    for (const { task } of requeued) this.#completed.delete(nameOf(task));
  }
}

function nameOf({ kind, index }: TaskRef): string {
  return `${kind} ${index}`;
}
