/**
 * What a user writes: a plain module with `map` and `reduce`, and what the system needs to
 * know to load it. All keys and values are strings, so that a job runs elsewhere as well.
 *
 *     export function map(key, value, emit) {          // key: file and byte offset, value: the line
 *       for (const word of value.match(/\p{L}+/gu) ?? []) emit(word, '1');
 *     }
 *     export function reduce(word, counts) { return String(counts.length); }
 *
 * Source: OSDI '04, section 2.1.
 */
import { type InputFormat, inputFormats } from './formats.ts';
import { loadModule } from './load-module.ts';

/** Where a record begins: the file, named from the folder common to all, and the byte. */
export interface RecordKey {
  readonly file: string;
  readonly offset: number;
}

export type Emit = (key: string, value: string) => void;

/** The `emit` of a job that has its records as bytes: a key may be UTF-8 bytes, too. */
export type EmitBytes = (key: string | Uint8Array, value: string) => void;

/**
 * Adds to one of the job's own counters, by default 1. Unlike a global variable's, its sum is
 * exact: of a task that was executed several times one attempt counts.
 * Source: OSDI '04, section 4.9.
 */
export type Count = (name: string, by?: number) => void;

/** `--param name=value` and `--pattern text` from the command line. */
export type JobParams = Readonly<Record<string, string>>;

export interface Job {
  /** What one record is: a line, where nothing else is said. */
  readonly records?: 'lines';
  /**
   * What a record is; `--input-format` overrules it. Of `key-value` lines (the format of our
   * output) map gets the text before the tab as its key; of `json-lines` what the JSON says as
   * its value. A `whole-file` job must be run with --input-format whole-file, too.
   */
  readonly input?: InputFormat;
  /** Called once per process before the first record. Throw to refuse the params. */
  setup?(params: JobParams): void | Promise<void>;
  /** Called once per record; the value is the line without its end. */
  map(key: RecordKey, value: string, emit: Emit, count?: Count): void | Promise<void>;
  /**
   * Called once per key, keys in byte order within a partition; values in the order of the
   * map tasks, and of emission within one. Returns the value to write, or several.
   */
  reduce(key: string, values: string[], count?: Count): Reduced | Promise<Reduced>;
  /**
   * Shrinks the values of one key before they leave the mapper. May run any number of times,
   * also never, so `reduce` must give the same result either way. It returns values only: the
   * key stays, so that the partition and the order stay.
   * Source: OSDI '04, section 4.3.
   */
  combine?(key: string, values: string[]): Reduced;
  /**
   * Which reduce task gets `key`: a whole number from 0 to `reduceTasks` - 1, always the same
   * for the same key. Without it: a hash of the key.
   * Source: OSDI '04, section 4.1.
   */
  partition?(key: string, reduceTasks: number): number;
}

/**
 * A job that reads fast: with `export const records = 'bytes'`, its `map` is called with chunks
 * of the split as they are in the file, not decoded. A chunk is one or more whole lines with
 * their ends (the file's last line may have none), at most 16 MiB, or one line if that is
 * longer; chunks come in order and together are the split. The bytes are only lent: they must
 * not be changed, nor kept when `map` has returned.
 */
export interface BytesJob extends Omit<Job, 'map' | 'records'> {
  readonly records: 'bytes';
  /** The key says where the chunk begins. */
  map(
    key: RecordKey,
    value: Uint8Array,
    emit: EmitBytes,
    count?: Count,
  ): void | Promise<void>;
}

export type Reduced = string | string[];

/** The job cannot be used as it is; the message says what to change. */
export class JobError extends Error {
  override readonly name = 'JobError';
}

/**
 * Imports the module at `path`, checks its exports and hands it its params. Throws a JobError.
 * Runs user code: only where that may do no harm, never in the master.
 */
export async function loadJob(path: string, params: JobParams): Promise<Job | BytesJob> {
  const module = await loadModule(path).catch((error) => {
    throw new JobError(`the job failed to load: ${stackOf(error)}`);
  });
  // CommonJS, and modules that export one object, have it as their default.
  const job: Partial<Job | BytesJob> =
    module?.map === undefined ? (module?.default ?? module ?? {}) : module;
  for (const name of ['map', 'reduce'] as const) {
    if (typeof job[name] === 'function') continue;
    throw new JobError(
      `the job exports no function ${name}: export function ${name}(…) {}`,
    );
  }
  const { records = 'lines' } = job as Partial<Job | BytesJob>;
  if (records !== 'lines' && records !== 'bytes') {
    throw new JobError(
      `the job exports records = ${JSON.stringify(records)}: it must be 'lines' or 'bytes'`,
    );
  }
  const { input } = job;
  if (input !== undefined && !inputFormats.includes(input)) {
    throw new JobError(
      `the job exports input = ${JSON.stringify(input)}: it must be one of ${inputFormats.join(', ')}`,
    );
  }
  for (const name of ['combine', 'partition'] as const) {
    if (job[name] === undefined || typeof job[name] === 'function') continue;
    throw new JobError(`the job exports ${name}, but it is not a function`);
  }
  try {
    await job.setup?.(params);
  } catch (error) {
    throw new JobError(`the job refuses its params: ${(error as Error).message}`);
  }
  return job as Job | BytesJob;
}

/** A thrown value as text, with its stack where it has one. */
export function stackOf(error: unknown): string {
  if (error instanceof Error) return error.stack ?? error.message;
  return `it threw ${String(error)}`;
}
