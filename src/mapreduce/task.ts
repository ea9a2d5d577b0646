/**
 * What a task computes, apart from where it runs: a map task turns one split into sorted
 * partitions, a reduce task turns its partition of every map task into one output file's text.
 * The sequential run and the workers share these functions.
 *
 * Source: OSDI '04, section 3.1, steps 3 to 6.
 */
import type { Emit, Job, RecordKey, Reduced } from './job.ts';
import { stackOf } from './job.ts';
import { formatPair, parsePairs } from './pairs.ts';
import { partitionOf, sortKeys } from './partition.ts';
import { readRecords, type SplitBytes } from './splits.ts';

/** Values by key, in the order of emission. */
export type Groups = Map<string, string[]>;

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

/**
 * A key's values are combined when their number reaches this and each doubling of it: memory
 * stays bounded where the combiner shrinks, time stays linear where it does not.
 */
const combineAt = 256;

const lateEmitText =
  'emit was called after map had returned: make map async, and await what it starts';

/** Runs `map` on every record; `onRecord` sees each record's offset before it is mapped. */
export async function mapRecords(
  job: Job,
  split: SplitBytes,
  groups: Groups,
  options: { combine: boolean; onRecord?: (offset: number) => void },
): Promise<{ records: number; pairs: number }> {
  let records = 0;
  let pairs = 0;
  const combine = options.combine ? job.combine : undefined;
  let isOpen = false;
  let hasLateEmit = false;
  let isOver = false;
  const emit: Emit = (key, value) => {
    // After the task nobody waits for this pair: better an uncaught error than a wrong count.
    if (isOver) throw new TypeError(lateEmitText);
    if (!isOpen) hasLateEmit = true;
    checkPair(key, value);
    pairs++;
    const safeKey = key.toWellFormed();
    const values = addValue(groups, safeKey, value.toWellFormed());
    const count = values.length;
    if (combine && count >= combineAt && (count & (count - 1)) === 0) {
      groups.set(safeKey, combineValues(combine, safeKey, values));
    }
  };
  for (const [key, line] of readRecords(split)) {
    options.onRecord?.(key.offset);
    records++;
    try {
      isOpen = true;
      const running = job.map(key, line, emit);
      if (running !== undefined) await running;
      isOpen = false;
    } catch (error) {
      throw new JobFunctionError(error, describeRecord(key, line));
    }
  }
  // What a map function started and did not wait for gets its chance to be found out.
  await new Promise((resolve) => setImmediate(resolve));
  isOver = true;
  if (hasLateEmit) throw new JobFunctionError(new TypeError(lateEmitText), '');
  return { records, pairs };
}

/** Each partition's pairs as text, keys sorted, combined where the job can. */
export function formatPartitions(
  job: Job,
  groups: Groups,
  reduceTasks: number,
): string[] {
  const lines: string[][] = Array.from({ length: reduceTasks }, () => []);
  for (const key of sortKeys([...groups.keys()])) {
    const values = groups.get(key) as string[];
    const partition = lines[partitionOf(key, reduceTasks)] as string[];
    const combined = job.combine ? combineValues(job.combine, key, values) : values;
    for (const value of combined) partition.push(formatPair(key, value));
  }
  return lines.map((partition) => partition.join(''));
}

/**
 * Gathers one map task's partition. Called in the order of the map tasks, so that values
 * keep the order that the sequential run gives them.
 */
export function gatherPairs(text: string, groups: Groups): void {
  for (const [key, value] of parsePairs(text)) addValue(groups, key, value);
}

/** Returns all values of the key so far, this one included. */
function addValue(groups: Groups, key: string, value: string): string[] {
  const known = groups.get(key);
  if (known === undefined) {
    const values = [value];
    groups.set(key, values);
    return values;
  }
  known.push(value);
  return known;
}

/** The text of one output file: `reduce` on every key, in byte order. */
export async function reduceGroups(job: Job, groups: Groups): Promise<string> {
  const lines: string[] = [];
  for (const key of sortKeys([...groups.keys()])) {
    try {
      const result = await job.reduce(key, groups.get(key) as string[]);
      for (const value of toValues('reduce', result)) lines.push(formatPair(key, value));
    } catch (error) {
      throw new JobFunctionError(error, describeKey(key));
    }
  }
  return lines.join('');
}

function combineValues(
  combine: NonNullable<Job['combine']>,
  key: string,
  values: string[],
): string[] {
  try {
    return toValues('combine', combine(key, values));
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

function checkPair(key: unknown, value: unknown): void {
  if (typeof key === 'string' && typeof value === 'string') return;
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
