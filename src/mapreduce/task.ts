/**
 * What a task computes, apart from where it runs: a map task turns one split into sorted
 * partitions, a reduce task turns its partition of every map task into one output file's text.
 * The sequential run and the workers share these functions.
 *
 * Source: OSDI '04, section 3.1, steps 3 to 6.
 */
import type { BytesJob, Emit, EmitBytes, Job, RecordKey, Reduced } from './job.ts';
import { stackOf } from './job.ts';
import { LineReader, listChunks } from './lines.ts';
import type { Group } from './merge.ts';
import { partitionOf } from './partition.ts';
import type { SplitBytes } from './splits.ts';

/** Why user code failed, and on what: enough to find the line and the record. */
export interface TaskFailure {
  /** The error with its stack. */
  readonly error: string;
  /** The record or key that was being processed, as a sentence; '' where there was none. */
  readonly on: string;
}

/** Characters of an error with its stack: enough to read, never too long for a frame. */
const maxErrorLength = 16_384;

/** Thrown when a job's own function throws or breaks its contract. */
export class JobFunctionError extends Error {
  override readonly name = 'JobFunctionError';
  readonly failure: TaskFailure;

  constructor(error: unknown, on: string) {
    super(stackOf(error).slice(0, maxErrorLength));
    this.failure = { error: this.message, on };
  }
}

const lateEmitText =
  'emit was called after map had returned: make map async, and await what it starts';

/** Where pairs go: to a task's buffer, or to the sequential run's. */
export type AddPair = (key: string, value: string) => void;

/** Of a job that takes its records as bytes, `map` is given at most so many at a time. */
const maxChunkBytes = 16 * 1024 * 1024;

/** Runs `map` on every record; `onRecord` sees each record's offset before it is mapped. */
export async function mapRecords(
  job: Job | BytesJob,
  split: SplitBytes,
  add: AddPair,
  onRecord?: (offset: number) => void,
): Promise<{ records: number; pairs: number }> {
  const emission = new Emission(add);
  const records =
    job.records === 'bytes'
      ? await mapChunks(job, split, emission, onRecord)
      : await mapLines(job, split, emission, onRecord);
  await emission.finish();
  return { records, pairs: emission.pairs };
}

/** Returns how many lines there were. */
async function mapLines(
  job: Job,
  { name: file, offset: start, bytes }: SplitBytes,
  emission: Emission,
  onRecord?: (offset: number) => void,
): Promise<number> {
  const { emit } = emission;
  const lines = new LineReader(bytes);
  let records = 0;
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const key: RecordKey = { file, offset: start + lines.offset };
    onRecord?.(key.offset);
    records++;
    try {
      emission.isOpen = true;
      const running = job.map(key, line, emit);
      if (running !== undefined) await running;
      emission.isOpen = false;
    } catch (error) {
      throw new JobFunctionError(error, describeRecord(key, line));
    }
  }
  return records;
}

/** Returns how many chunks there were. */
async function mapChunks(
  job: BytesJob,
  { name: file, offset: start, bytes }: SplitBytes,
  emission: Emission,
  onRecord?: (offset: number) => void,
): Promise<number> {
  let records = 0;
  for (const [offset, chunk] of listChunks(bytes, maxChunkBytes)) {
    const key: RecordKey = { file, offset: start + offset };
    onRecord?.(key.offset);
    records++;
    try {
      emission.isOpen = true;
      await job.map(key, chunk, emission.emitBytes);
      emission.isOpen = false;
    } catch (error) {
      throw new JobFunctionError(
        error,
        describeRecord(key, chunk.toString('utf8', 0, 800)),
      );
    }
  }
  return records;
}

/** One map task's `emit`, open while `map` runs: what comes later is found out, not lost. */
class Emission {
  isOpen = false;
  pairs = 0;
  readonly #add: AddPair;
  #hasLateEmit = false;
  #isOver = false;

  constructor(add: AddPair) {
    this.#add = add;
  }

  readonly emit: Emit = (key, value) => {
    if (!this.isOpen) this.#noteLateEmit();
    if (typeof key !== 'string' || typeof value !== 'string') refusePair(key, value);
    this.pairs++;
    this.#add(key, value);
  };

  readonly emitBytes: EmitBytes = (key, value) => {
    this.emit(key instanceof Uint8Array ? decodeKey(key) : key, value);
  };

  /** What a map function started and did not wait for gets its chance to be found out. */
  async finish(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#isOver = true;
    if (this.#hasLateEmit) throw new JobFunctionError(new TypeError(lateEmitText), '');
  }

  #noteLateEmit(): void {
    // After the task nobody waits for this pair: better an uncaught error than a wrong count.
    if (this.#isOver) throw new TypeError(lateEmitText);
    this.#hasLateEmit = true;
  }
}

function decodeKey({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}

/** Runs `reduce` on every key and writes what it returns. */
export async function reduceGroups(
  job: Pick<Job, 'reduce'>,
  groups: Iterable<Group>,
  write: AddPair,
): Promise<void> {
  for (const { key, values } of groups) {
    let reduced: readonly string[];
    try {
      const running = job.reduce(key, values);
      const isThere = typeof running === 'string' || Array.isArray(running);
      reduced = toValues('reduce', isThere ? running : await running);
    } catch (error) {
      throw new JobFunctionError(error, describeKey(key));
    }
    // Outside: a full disk is no error of the job.
    for (const value of reduced) write(key, value);
  }
}

/** The values of a key as the job's combiner leaves them, and as they are without one. */
export function callCombine(
  job: Pick<Job, 'combine'>,
  key: string,
  values: string[],
): string[] {
  if (!job.combine) return values;
  try {
    return toValues('combine', job.combine(key, values));
  } catch (error) {
    throw new JobFunctionError(error, describeKey(key));
  }
}

/** The partition that the job chooses for a key; where it does not, its hash does. */
export function choosePartition(
  job: Pick<Job, 'partition'>,
  key: string,
  reduceTasks: number,
): number {
  if (!job.partition) return partitionOf(key, reduceTasks);
  try {
    const partition = job.partition(key, reduceTasks);
    if (Number.isInteger(partition) && partition >= 0 && partition < reduceTasks) {
      return partition;
    }
    throw new TypeError(
      `partition must return a whole number from 0 to ${reduceTasks - 1}, it returned ${partition}`,
    );
  } catch (error) {
    throw new JobFunctionError(error, describeKey(key));
  }
}

function toValues(name: string, result: Reduced): string[] {
  const values = Array.isArray(result) ? result : [result];
  for (const value of values) {
    if (typeof value === 'string') continue;
    throw new TypeError(`${name} must return a string or strings, it returned ${value}`);
  }
  return values;
}

function refusePair(key: unknown, value: unknown): never {
  const wrong = typeof key === 'string' ? value : key;
  throw new TypeError(
    `emit takes two strings, it got ${JSON.stringify(wrong)}: write String(…)`,
  );
}

function describeRecord({ file, offset }: RecordKey, line: string): string {
  return `record at byte ${offset} of ${file}: ${preview(line)}`;
}

function describeKey(key: string): string {
  return `key ${preview(key)}`;
}

function preview(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
