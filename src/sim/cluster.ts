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
  Decision,
  FaultInjected,
  RunEvent,
  StreamEntry,
  TaskOutput,
  TaskRef,
} from '../mapreduce/events.ts';
import { type FaultPlan, slownessOf } from '../mapreduce/fault-plan.ts';
import { step } from '../mapreduce/scheduler.ts';
import { createState, type SchedulerState } from '../mapreduce/scheduler-state.ts';

/** A fault that somebody wishes who has seen the run up to that moment. */
export interface Wish extends Omit<FaultInjected, 'type'> {
  readonly atMs: number;
}

export interface ClusterPlan {
  readonly maps: number;
  readonly reduces: number;
  readonly workers: number;
  /** How long `worker` needs for `task`. */
  readonly takesMs: (task: TaskRef, worker: number) => number;
  /** When which worker ends, as by SIGKILL. */
  readonly kills?: readonly { readonly worker: number; readonly atMs: number }[];
  /** Those whose moment the scheduler finds, and slow workers. */
  readonly faults?: FaultPlan;
  /** A wish changes nothing of what has happened until its moment, that moment included. */
  readonly wishes?: readonly Wish[];
  readonly chooseBackup?: BackupPolicy;
  /** True: map output is on stable storage. */
  readonly outputSurvives?: boolean;
  /** Map tasks whose output an earlier job has left. */
  readonly completed?: readonly CompletedTask[];
}

/** How often the master looks at the clock. */
const checkMs = 100;
/** Simplification: when nothing has happened for long it looks only so often in that time. */
const looksWhileNothing = 100;
/** After a SIGKILL, until the master sees that the connection has closed. */
const noticeMs = 20;

/** What a map task makes in such a cluster: something for every reduce task. */
export function mapOutputFor(reduces: number): TaskOutput {
  const regions = Array.from({ length: reduces }, () => ({ bytes: 1, crc32: 0 }));
  return { kind: 'map', records: 1, pairs: reduces, regions };
}

/** Runs the plan to the job's end, good or bad; returns the whole stream. */
export function runCluster(plan: ClusterPlan): StreamEntry[] {
  return new Cluster(plan).run();
}

type Started = Decision & { type: 'start-attempt' };

/** Something to come. What a worker would have told is not told once it has ended. */
interface Appointment {
  readonly atMs: number;
  readonly event: RunEvent;
  readonly teller?: number;
  /** True: it comes after everything else of its moment. */
  readonly isLast?: boolean;
}

class Cluster {
  readonly #plan: ClusterPlan;
  readonly #state: SchedulerState;
  readonly #entries: StreamEntry[] = [];
  readonly #agenda: Appointment[] = [];
  readonly #gone = new Set<number>();
  #nextTickMs = checkMs;
  #lastEventMs = 0;

  constructor(plan: ClusterPlan) {
    this.#plan = plan;
    const workers = Array.from({ length: plan.workers }, (_, i) => i + 1);
    this.#state = createSchedulerState(plan, workers);
    this.#agenda.push({ atMs: 0, event: { type: 'run-started' } });
    for (const worker of workers) {
      const event = { type: 'worker-registered', worker, pid: worker } as const;
      this.#agenda.push({ atMs: 0, event });
    }
    for (const { worker, atMs } of plan.kills ?? []) this.#disconnect(worker, atMs);
    for (const { atMs, ...wish } of plan.wishes ?? []) {
      const event = { type: 'fault-injected', ...wish } as const;
      this.#agenda.push({ atMs, event, isLast: true });
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
    if (this.#agenda.length === 0) throw new Error('the cluster waits for nothing');
    const earliestMs = Math.min(...this.#agenda.map(({ atMs }) => atMs));
    if (this.#nextTickMs <= earliestMs) {
      const atMs = this.#nextTickMs;
      const checks = (atMs - this.#lastEventMs) / looksWhileNothing / checkMs;
      this.#nextTickMs += checkMs * Math.max(1, Math.floor(checks));
      return { atMs, event: { type: 'tick' } };
    }
    this.#lastEventMs = earliestMs;
    const isNext = ({ atMs }: Appointment) => atMs === earliestMs;
    const index = this.#agenda.findIndex((one) => isNext(one) && !one.isLast);
    const chosen = index === -1 ? this.#agenda.findIndex(isNext) : index;
    return this.#agenda.splice(chosen, 1)[0] as Appointment;
  }

  #happen({ atMs, event }: Appointment): void {
    if (event.type !== 'tick') this.#entries.push({ atMs, ...event });
    for (const decision of step(this.#state, event, atMs)) {
      this.#entries.push({ atMs, ...decision });
      if (decision.type === 'start-attempt') this.#start(atMs, decision);
      else if (decision.type === 'cancel-attempt') this.#cancel(atMs, decision);
      else if (decision.type === 'kill-worker') {
        this.#gone.add(decision.worker);
        this.#disconnect(decision.worker, atMs + noticeMs);
      }
    }
  }

  /** It completes, or stands still at its failpoint. */
  #start(atMs: number, { attempt, task, worker, failpointFraction }: Started): void {
    const { takesMs, faults = [] } = this.#plan;
    const slowness = this.#state.workers.get(worker)?.slowness ?? 1;
    const durationMs = takesMs(task, worker) * slowness * slownessOf(faults, worker);
    const event: RunEvent =
      failpointFraction === undefined
        ? { type: 'attempt-completed', attempt, output: this.#make(task) }
        : { type: 'failpoint-reached', attempt };
    const endMs = atMs + Math.round(durationMs * (failpointFraction ?? 1));
    this.#agenda.push({ atMs: endMs, event, teller: worker });
  }

  #disconnect(worker: number, atMs: number): void {
    const why = 'its connection closed';
    this.#agenda.push({ atMs, event: { type: 'worker-disconnected', worker, why } });
  }

  /** The worker stops at once: its completion never comes. A killed one says nothing. */
  #cancel(atMs: number, { attempt, worker }: { attempt: number; worker: number }): void {
    const index = this.#agenda.findIndex(({ event }) => isEndOf(event, attempt));
    if (index === -1) return;
    const event = { type: 'attempt-cancelled', attempt } as const;
    this.#agenda.splice(index, 1, { atMs, event, teller: worker });
  }

  #make({ kind, index }: TaskRef): TaskOutput {
    if (kind === 'map') return mapOutputFor(this.#plan.reduces);
    return { kind, file: `mr-out-${index}`, bytes: 1 };
  }
}

function isEndOf(event: RunEvent, attempt: number): boolean {
  const { type } = event;
  const isEnd = type === 'attempt-completed' || type === 'failpoint-reached';
  return isEnd && event.attempt === attempt;
}

function createSchedulerState(plan: ClusterPlan, workers: number[]): SchedulerState {
  const { chooseBackup = noBackups, outputSurvives = false } = plan;
  const { completed = [], faults = [] } = plan;
  const options = {
    ...{ mapTasks: plan.maps, reduceTasks: plan.reduces, workers },
    ...{ lostAfterMs: Infinity, startWithinMs: Infinity, checkMs, maxFailures: 1 },
    ...{ chooseBackup, outputSurvives, completed, faults },
    firstAttempt: completed.length,
  };
  return createState(options, 0);
}
