/**
 * A MapReduce cluster that does not exist: the real scheduler, workers that need as long for a
 * task as a plan says, and time that jumps from one event to the next. It gives the same event
 * stream as a real run, and the same one every time.
 *
 * Simplification: a reduce attempt has fetched all its input when it starts, so a loss never
 * takes input from one that runs.
 */
import { type BackupPolicy, noBackups } from '../mapreduce/backup-policy.ts';
import type {
  CompletedTask,
  RunEvent,
  StreamEntry,
  TaskOutput,
  TaskRef,
} from '../mapreduce/events.ts';
import { step } from '../mapreduce/scheduler.ts';
import { createState, type SchedulerState } from '../mapreduce/scheduler-state.ts';

export interface ClusterPlan {
  readonly maps: number;
  readonly reduces: number;
  readonly workers: number;
  /** How long `worker` needs for `task`. */
  readonly takesMs: (task: TaskRef, worker: number) => number;
  /** When which worker ends, as by SIGKILL. */
  readonly kills?: readonly { readonly worker: number; readonly atMs: number }[];
  readonly chooseBackup?: BackupPolicy;
  /** True: map output is on stable storage. */
  readonly outputSurvives?: boolean;
  /** Map tasks whose output an earlier job has left. */
  readonly completed?: readonly CompletedTask[];
}

/** How often the master looks at the clock. */
const checkMs = 100;

/** What a map task makes in such a cluster: something for every reduce task. */
export function mapOutputFor(reduces: number): TaskOutput {
  const regions = Array.from({ length: reduces }, () => ({ bytes: 1, crc32: 0 }));
  return { kind: 'map', records: 1, pairs: reduces, regions };
}

/** Runs the plan to the job's end, good or bad; returns the whole stream. */
export function runCluster(plan: ClusterPlan): StreamEntry[] {
  return new Cluster(plan).run();
}

/** Something to come. What a worker would have told is not told once it has ended. */
interface Appointment {
  readonly atMs: number;
  readonly event: RunEvent;
  readonly teller?: number;
}

class Cluster {
  readonly #plan: ClusterPlan;
  readonly #state: SchedulerState;
  readonly #entries: StreamEntry[] = [];
  readonly #agenda: Appointment[] = [];
  readonly #gone = new Set<number>();
  #nextTickMs = checkMs;

  constructor(plan: ClusterPlan) {
    this.#plan = plan;
    const workers = Array.from({ length: plan.workers }, (_, i) => i + 1);
    this.#state = createSchedulerState(plan, workers);
    this.#agenda.push({ atMs: 0, event: { type: 'run-started' } });
    for (const worker of workers) {
      const event = { type: 'worker-registered', worker, pid: worker } as const;
      this.#agenda.push({ atMs: 0, event });
    }
    for (const { worker, atMs } of plan.kills ?? []) {
      const why = 'its connection closed';
      const event = { type: 'worker-disconnected', worker, why } as const;
      this.#agenda.push({ atMs, event });
    }
  }

  run(): StreamEntry[] {
    while (this.#state.outcome === 'running') {
      const next = this.#takeNext();
      if (next.event.type === 'worker-disconnected') this.#gone.add(next.event.worker);
      if (!this.#gone.has(next.teller ?? -1)) this.#happen(next);
    }
    return this.#entries;
  }

  /** The earliest appointment, the oldest of those at one moment; or a look at the clock. */
  #takeNext(): Appointment {
    const earliestMs = Math.min(...this.#agenda.map(({ atMs }) => atMs));
    if (this.#nextTickMs <= earliestMs) {
      const atMs = this.#nextTickMs;
      this.#nextTickMs += checkMs;
      return { atMs, event: { type: 'tick' } };
    }
    const index = this.#agenda.findIndex(({ atMs }) => atMs === earliestMs);
    return this.#agenda.splice(index, 1)[0] as Appointment;
  }

  #happen({ atMs, event }: Appointment): void {
    if (event.type !== 'tick') this.#entries.push({ atMs, ...event });
    for (const decision of step(this.#state, event, atMs)) {
      this.#entries.push({ atMs, ...decision });
      if (decision.type === 'start-attempt') {
        const { attempt, task, worker } = decision;
        const endMs = atMs + this.#plan.takesMs(task, worker);
        const done = { type: 'attempt-completed', attempt, output: this.#make(task) };
        this.#agenda.push({ atMs: endMs, event: done as RunEvent, teller: worker });
      } else if (decision.type === 'cancel-attempt') this.#cancel(atMs, decision);
    }
  }

  /** The worker stops at once: its completion never comes. */
  #cancel(atMs: number, { attempt, worker }: { attempt: number; worker: number }): void {
    const index = this.#agenda.findIndex(
      ({ event }) => event.type === 'attempt-completed' && event.attempt === attempt,
    );
    const event = { type: 'attempt-cancelled', attempt } as const;
    this.#agenda.splice(index, 1, { atMs, event, teller: worker });
  }

  #make({ kind, index }: TaskRef): TaskOutput {
    if (kind === 'map') return mapOutputFor(this.#plan.reduces);
    return { kind, file: `mr-out-${index}`, bytes: 1 };
  }
}

function createSchedulerState(plan: ClusterPlan, workers: number[]): SchedulerState {
  const { chooseBackup = noBackups, outputSurvives = false, completed = [] } = plan;
  const options = {
    ...{ mapTasks: plan.maps, reduceTasks: plan.reduces, workers },
    ...{ lostAfterMs: Infinity, startWithinMs: Infinity, checkMs, maxFailures: 1 },
    ...{ chooseBackup, outputSurvives, completed, faults: [] },
    firstAttempt: completed.length,
  };
  return createState(options, 0);
}
