/**
 * One attempt in a trace: what is known of it, and the bar that it becomes.
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
    name: nameOf(task, stage),
    cat: task.kind,
    ts,
    dur: toMicroseconds(traced.endMs ?? endMs) - ts,
    pid: runProcess,
    tid: worker,
    args: {
      attempt: id,
      ...(stage === undefined ? {} : { stage }),
      outcome: traced.outcome ?? 'unfinished',
      ...(isReExecution ? { 're-execution': true } : {}),
      ...(isBackup ? { backup: true } : {}),
      ...(error === undefined ? {} : { error }),
    },
  };
}

/** `map 3`, `stage 2, map 3`. */
export function nameOf({ kind, index }: TaskRef, stage?: number): string {
  return `${stage === undefined ? '' : `stage ${stage}, `}${kind} ${index}`;
}
