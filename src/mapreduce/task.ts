/**
 * What a task computes, apart from where it runs: a map task turns one split into sorted
 * partitions, a reduce task turns its partition of every map task into one output file's text.
 * The sequential run and the workers share these functions.
 *
 * Source: OSDI '04, section 3.1, steps 3 to 6.
 */
import { readPieces } from './compressed-input.ts';
import { type AddPair, Emission } from './emission.ts';
import { chooseParser, openRecords, type ParseRecord } from './formats.ts';
import type { BytesJob, Count, Job, RecordKey, Reduced } from './job.ts';
import { listChunks } from './lines.ts';
import type { Group } from './merge.ts';
import { partitionOf } from './partition.ts';
import { type Split, type SplitBytes, SplitError } from './splits.ts';
import { type Counter, TaskCounters } from './task-counters.ts';
import { JobFunctionError, preview } from './task-failure.ts';

/** Of a job that takes its records as bytes, `map` is given at most so many at a time. */
const maxChunkBytes = 16 * 1024 * 1024;
/** A line may cross the end of a piece: with it, it is still no more than that. */
const chunkPieceBytes = 15 * 1024 * 1024;

export interface MapWatch {
  /** Told where each record begins, before it is mapped. */
  readonly onRecord?: (offset: number) => void;
  /** Where the records begin that are left out. */
  readonly skip?: ReadonlySet<number>;
}

/** A record that was left out. */
export interface SkippedRecord {
  readonly offset: number;
  /** How it begins, quoted. */
  readonly start: string;
}

export interface MapCounts {
  readonly records: number;
  readonly pairs: number;
  readonly skipped: readonly SkippedRecord[];
  readonly counters: readonly Counter[];
}

/** The split as `mapRecords` needs it for the job: in pieces, one in memory at a time. */
export function openSplit({ records }: Job | BytesJob, split: Split) {
  return records === 'bytes' ? readPieces(split, chunkPieceBytes) : readPieces(split);
}

/** Runs `map` on every record of the pieces of a split, but those that are to be skipped. */
export async function mapRecords(
  job: Job | BytesJob,
  pieces: AsyncIterable<SplitBytes> | Iterable<SplitBytes>,
  add: AddPair,
  watch: MapWatch = {},
): Promise<MapCounts> {
  const emission = new Emission(add);
  const skipped: SkippedRecord[] = [];
  const counters = new TaskCounters();
  const { count } = counters;
  let records = 0;
  for await (const piece of pieces) {
    records +=
      job.records === 'bytes'
        ? await mapChunks(job, piece, emission, { ...watch, count })
        : await mapLines(job, piece, emission, { ...watch, skipped, count });
  }
  await emission.finish();
  return { records, pairs: emission.pairs, skipped, counters: counters.finish() };
}

interface LineWatch extends MapWatch {
  readonly skipped: SkippedRecord[];
  readonly count: Count;
}

/** Returns how many lines there were. */
async function mapLines(
  job: Job,
  split: SplitBytes,
  emission: Emission,
  { onRecord, skip, skipped, count }: LineWatch,
): Promise<number> {
  const { name: file, offset: start } = split;
  const format = chooseFormat(job, split);
  const { emit } = emission;
  const lines = openRecords(split, format);
  const parse = chooseParser(format);
  let records = 0;
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const key: RecordKey = { file, offset: start + lines.offset };
    if (skip?.has(key.offset)) {
      skipped.push({ offset: key.offset, start: preview(line) });
      continue;
    }
    onRecord?.(key.offset);
    records++;
    try {
      emission.isOpen = true;
      const parsed = parse?.(line);
      const running = parsed
        ? callParsed(job, key, parsed, emission, count)
        : job.map(key, line, emit, count);
      if (running !== undefined) await running;
      emission.isOpen = false;
    } catch (error) {
      const isToBlame = emission.breakdown === undefined;
      const place = isToBlame ? { offset: key.offset } : {};
      throw new JobFunctionError(error, describeRecord(key, line), place);
    }
  }
  return records;
}

/** With a key or a value that is not as `Job` has it, but as the job's format says. */
function callParsed(
  job: Job,
  key: RecordKey,
  parsed: ReturnType<ParseRecord>,
  { emit }: Emission,
  count: Count,
) {
  type AnyMap = (
    key: unknown,
    value: unknown,
    ...rest: unknown[]
  ) => ReturnType<Job['map']>;
  return (job.map as AnyMap)(parsed.key ?? key, parsed.value, emit, count);
}

/** What the command says, else what the job says. Throws a SplitError where it cannot be. */
function chooseFormat(
  { input, records }: Job | BytesJob,
  { format, fallback = 'lines' }: SplitBytes,
) {
  if (input === 'whole-file' && format === undefined) {
    throw new SplitError('the job takes whole files: add --input-format whole-file');
  }
  const chosen = format ?? input ?? (records === 'bytes' ? 'lines' : fallback);
  if (records !== 'bytes' || chosen === 'lines') return chosen;
  throw new SplitError(`the job takes its records as bytes, not as ${chosen}`);
}

/** Returns how many chunks there were. */
async function mapChunks(
  job: BytesJob,
  split: SplitBytes,
  emission: Emission,
  { onRecord, count }: Omit<LineWatch, 'skip' | 'skipped'>,
): Promise<number> {
  chooseFormat(job, split);
  const { name: file, offset: start, bytes } = split;
  let records = 0;
  for (const [offset, chunk] of listChunks(bytes, maxChunkBytes)) {
    const key: RecordKey = { file, offset: start + offset };
    onRecord?.(key.offset);
    records++;
    try {
      emission.isOpen = true;
      await job.map(key, chunk, emission.emitBytes, count);
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

export interface ReduceWatch {
  /** Told each key before it is reduced. */
  readonly onKey?: (key: string) => void;
  /** Keys that are left out. */
  readonly skip?: ReadonlySet<string>;
}

/** A key that was left out. */
export interface SkippedKey {
  readonly key: string;
  /** How many values it had. */
  readonly values: number;
}

export interface ReduceCounts {
  readonly pairs: number;
  readonly skipped: readonly SkippedKey[];
  readonly counters: readonly Counter[];
}

/** Runs `reduce` on every key, but those that are to be skipped, and writes what it returns. */
export async function reduceGroups(
  job: Pick<Job, 'reduce'>,
  groups: Iterable<Group>,
  write: AddPair,
  { onKey, skip }: ReduceWatch = {},
): Promise<ReduceCounts> {
  const counters = new TaskCounters();
  const skipped: SkippedKey[] = [];
  let pairs = 0;
  for (const { key, values } of groups) {
    if (skip?.has(key)) {
      skipped.push({ key, values: values.length });
      continue;
    }
    onKey?.(key);
    let reduced: readonly string[];
    try {
      const running = job.reduce(key, values, counters.count);
      const isThere = typeof running === 'string' || Array.isArray(running);
      reduced = toValues('reduce', isThere ? running : await running);
    } catch (error) {
      throw new JobFunctionError(error, describeKey(key), { key });
    }
    // Outside: a full disk is no error of the job.
    for (const value of reduced) write(key, value);
    pairs += reduced.length;
  }
  return { pairs, skipped, counters: counters.finish() };
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

function describeRecord({ file, offset }: RecordKey, line: string): string {
  return `record at byte ${offset} of ${file}: ${preview(line)}`;
}

function describeKey(key: string): string {
  return `key ${preview(key)}`;
}
