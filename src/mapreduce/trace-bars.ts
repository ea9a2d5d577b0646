/**
 * Bars of a trace: one for each attempt, and those that say in which phase the run is, and that a
 * worker is gone.
 */
import type { TaskRef } from './events.ts';
import { type Bar, runProcess, toMicroseconds } from './trace-format.ts';

/** How an attempt ended. What a completed one made may be lost later: with its worker. */
export type Outcome =
  | 'completed'
  | 'completed, output lost later'
  | 'failed'
  | 'input missing'
  | 'ignored'
  | 'cancelled'
  | 'killed'
  | 'lost'
  | 'unfinished';

export interface TracedAttempt {
  /** Undefined: the run has one. */
  readonly stage: number | undefined;
  readonly task: TaskRef;
  readonly worker: number;
  readonly startMs: number;
  readonly isReExecution: boolean;
  readonly isBackup: boolean;
  /** Unset while it runs. */
  endMs?: number;
  /** Set before its end where it was told to stop: that takes a moment. */
  outcome?: Outcome;
  error?: string;
}

/** `endMs` is when the run has ended, for attempts that have not. */
export function drawBar(id: number, traced: TracedAttempt, endMs: number): Bar {
  const { task, stage, worker, isReExecution, isBackup, error } = traced;
  const ts = toMicroseconds(traced.startMs);
  return {
    ph: 'X',
    name: describe(traced),
    cat: task.kind,
    ts,
    dur: toMicroseconds(traced.endMs ?? endMs) - ts,
    pid: runProcess,
    tid: worker,
    args: {
      task: nameOf(task),
      attempt: id,
      ...(stage === undefined ? {} : { stage }),
      outcome: traced.outcome ?? 'unfinished',
      ...(isReExecution ? { 're-execution': true } : {}),
      ...(isBackup ? { backup: true } : {}),
      ...(error === undefined ? {} : { error }),
    },
  };
}

/**
 * `map 3`, `map 3, backup, cancelled`. Perfetto colours a bar by its name without digits: so all
 * that is out of the ordinary is seen. The stage is on the master's lane.
 */
function describe({ task, isBackup, isReExecution, outcome }: TracedAttempt): string {
  const parts = [nameOf(task)];
  if (isBackup) parts.push('backup');
  if (isReExecution) parts.push('again');
  if (outcome !== 'completed')
    parts.push(outcome?.replace('completed, ', '') ?? 'unfinished');
  return parts.join(', ');
}

/** What is on a lane beside attempts. It lasts until the lane's next one, or until it is ended. */
export class TraceSpans {
  readonly #spans: Span[] = [];
  /** By lane. */
  readonly #open = new Map<number, Span>();

  begin(startMs: number, lane: number, kind: Span['kind'], name: string): void {
    this.end(startMs, lane);
    const span: Span = { kind, name, lane, startMs };
    this.#open.set(lane, span);
    this.#spans.push(span);
  }

  /** Idempotent. */
  end(endMs: number, lane: number): void {
    const span = this.#open.get(lane);
    if (span) span.endMs = endMs;
    this.#open.delete(lane);
  }

  /** What the lane is in now. */
  nameOn(lane: number): string | undefined {
    return this.#open.get(lane)?.name;
  }

  draw(endMs: number): Bar[] {
    return this.#spans.map(
      ({ kind: cat, name, lane: tid, startMs, endMs: end = endMs }) => {
        const ts = toMicroseconds(startMs);
        const dur = toMicroseconds(end) - ts;
        return { ph: 'X', name, cat, ts, dur, pid: runProcess, tid, args: {} };
      },
    );
  }
}

interface Span {
  /** Of the run, on the master's lane; of a worker, on its own. */
  readonly kind: 'phase' | 'absence';
  readonly name: string;
  readonly lane: number;
  readonly startMs: number;
  endMs?: number;
}

/** `map 3`, `stage 2, map 3`. */
export function nameOf({ kind, index }: TaskRef, stage?: number): string {
  return `${stage === undefined ? '' : `stage ${stage}, `}${kind} ${index}`;
}
