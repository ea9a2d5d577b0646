/**
 * How user code fails: with what error, and on which record or key. Enough to find the line
 * in the job and the record in the input.
 */
import { stackOf } from './job.ts';

export interface TaskFailure {
  /** The error with its stack. */
  readonly error: string;
  /** The record or key that was being processed, as a sentence; '' where there was none. */
  readonly on: string;
  /** Where the record begins that the map function was given, if it is to blame. */
  readonly offset?: number;
  /** The key that the reduce function was given, if it is to blame. */
  readonly key?: string;
}

/** Characters of an error with its stack: enough to read, never too long for a frame. */
const maxErrorLength = 16_384;

/** Thrown when a job's own function throws or breaks its contract. */
export class JobFunctionError extends Error {
  override readonly name = 'JobFunctionError';
  readonly failure: TaskFailure;

  /** `place` says which record, or which key, is to blame. */
  constructor(
    error: unknown,
    on: string,
    place: Pick<TaskFailure, 'offset' | 'key'> = {},
  ) {
    super(stackOf(error).slice(0, maxErrorLength));
    this.failure = { error: this.message, on, ...place };
  }
}

/** The beginning of a text, quoted: a record or a key as people see it. */
export function preview(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
