/**
 * The thread of a worker process that runs its tasks, one at a time. The process's main
 * thread stays free to send heartbeats and to serve map output, however long a map function
 * computes. Knows no master: it answers the message that it was sent.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { tellSourcesOf } from './bundle-stacks.cjs';
import { type BytesJob, type Job, JobError, loadJob, stackOf } from './job.ts';
import type { Group } from './merge.ts';
import { writeReduced } from './output-file.ts';
import { interceptJob, Pace, standStill } from './pace.ts';
import { PairBuffer } from './pair-buffer.ts';
import { RecordNote } from './record-note.ts';
import { ReduceInput } from './reduce-input.ts';
import { fetchPartitions } from './shuffle.ts';
import { SplitError } from './splits.ts';
import { CounterStore } from './stores/counter-store.ts';
import { LocalDisk } from './stores/local-disk.ts';
import { type MapOutputStore, UnstoredError } from './stores/store.ts';
import { loadWorkerStore } from './stores/worker-store.ts';
import { choosePartition, mapRecords, openSplit } from './task.ts';
import { JobFunctionError } from './task-failure.ts';
import type {
  MapTaskArgs,
  ReduceTaskArgs,
  RunTaskArgs,
  RunTaskReply,
  WorkerConfig,
} from './wire.ts';

/**
 * What the thread says. First whether it can run the job; then each attempt's reply, or that
 * it stands still at its failpoint.
 */
export type ThreadMessage =
  | { readonly ready: true }
  | { readonly refused: string }
  | { readonly attempt: number; readonly reply: RunTaskReply }
  | { readonly attempt: number; readonly failpoint: true };

type AnyJob = Job | BytesJob;

const config: WorkerConfig = workerData;
const disk = new LocalDisk(config.runDir, config.worker);
disk.prepare();
const note = config.notesRecords ? new RecordNote(disk.folder) : undefined;
let store: MapOutputStore;
void start();

/** Says whether it can run the job; then answers what it is sent. */
async function start(): Promise<void> {
  store = await loadWorkerStore(config.store, disk);
  tellSourcesOf(config.jobModule);
  const job = await loadJob(config.jobModule, config.params)
    .then(checkRecords)
    .catch((error: Error) => say({ refused: error.message }));
  if (!job) return;
  parentPort?.on('message', async (args: RunTaskArgs) => {
    const reply = await runTask(job, args).catch(describeFailure);
    say({ attempt: args.attempt, reply });
  });
  say({ ready: true });
}

function checkRecords(loaded: AnyJob): AnyJob {
  if (loaded.records !== 'bytes' || !config.notesRecords) return loaded;
  throw new JobError(
    "the job takes its records as bytes, many lines at a time: with --skip-bad-records it must take records = 'lines'",
  );
}

/** As fast as the fault plan lets it. */
async function runTask(job: AnyJob, args: RunTaskArgs): Promise<RunTaskReply> {
  standStill(args.delayMs);
  const slowness = config.slowness * (args.slowness ?? 1);
  if (slowness === 1) return runAtFullSpeed(job, args);
  const pace = new Pace(slowness);
  const reply = await runAtFullSpeed(
    interceptJob(job, () => pace.keep()),
    args,
  );
  pace.finish();
  return reply;
}

function runAtFullSpeed(job: AnyJob, args: RunTaskArgs): Promise<RunTaskReply> {
  return args.kind === 'map' ? runMapTask(job, args) : runReduceTask(job, args);
}

async function runMapTask(job: AnyJob, args: MapTaskArgs): Promise<RunTaskReply> {
  const { attempt, map, split, failpointOffset } = args;
  const onRecord = (offset: number) => {
    if (failpointOffset !== undefined && offset >= failpointOffset)
      waitForTheEnd(attempt);
    note?.write(attempt, offset);
  };
  const buffer = new PairBuffer(job, { ...config, folder: disk.folder });
  try {
    const add = (key: string, value: string) => buffer.add(key, value);
    const watch = { onRecord, skip: new Set(args.skip) };
    const counts = await mapRecords(job, openSplit(job, split), add, watch);
    note?.clear(attempt);
    if (failpointOffset !== undefined) waitForTheEnd(attempt);
    const regions = await store.write(attempt, map, buffer.finish());
    return { outcome: 'completed', output: { kind: 'map', ...counts, regions } };
  } finally {
    buffer.close();
  }
}

async function runReduceTask(job: AnyJob, args: ReduceTaskArgs): Promise<RunTaskReply> {
  const { reduce, sources } = args;
  if (store instanceof CounterStore) return reduceCounters(job, args, store);
  const input = new ReduceInput(sources, { ...config, folder: disk.folder });
  try {
    const fetched = await fetchPartitions(sources, reduce, input.receive);
    if ('missing' in fetched) {
      return { outcome: 'inputs-missing', missing: fetched.missing };
    }
    return await writeOutput(job, args, input.merge(fetched.runs));
  } finally {
    input.close();
  }
}

/** What it made of the counters stands in them, too, as soon as it is accepted. */
async function reduceCounters(
  job: AnyJob,
  args: ReduceTaskArgs,
  counters: CounterStore,
): Promise<RunTaskReply> {
  const { reduce, attempt, sources } = args;
  const isOurs = (key: string) =>
    choosePartition(job, key, config.reduceTasks) === reduce;
  const groups = await counters.read(sources, isOurs);
  const reply = await writeOutput(job, args, groups);
  const path = join(config.outputDir, nameOutput(reduce, attempt));
  await counters.replace(reduce, attempt, readFileSync(path, 'utf8'));
  return reply;
}

/** Where the plan has a failpoint, the attempt stands still after its first key. */
async function writeOutput(
  job: AnyJob,
  { attempt, reduce, skip, hasFailpoint }: ReduceTaskArgs,
  groups: Iterable<Group>,
): Promise<RunTaskReply> {
  let keys = 0;
  const doomed = interceptJob(job, (name) => {
    if (name === 'reduce' && ++keys > 1) waitForTheEnd(attempt);
  });
  const file = nameOutput(reduce, attempt);
  const running = hasFailpoint ? doomed : job;
  const path = join(config.outputDir, file);
  const onKey = (key: string) => note?.writeKey(attempt, key);
  const watch = { onKey, skip: new Set(skip) };
  const result = await writeReduced(running, groups, path, config.outputFormat, watch);
  note?.clear(attempt);
  if (hasFailpoint) waitForTheEnd(attempt);
  return { outcome: 'completed', output: { kind: 'reduce', file, ...result } };
}

function nameOutput(reduce: number, attempt: number): string {
  return `.mr-out-${reduce}.attempt-${attempt}`;
}

/** At its failpoint: says so, and goes no further. */
function waitForTheEnd(attempt: number): never {
  say({ attempt, failpoint: true });
  standStill();
  throw new Error('a thread at its failpoint was woken');
}

/** A stack is for mistakes in code. A file that is gone, or a disk that is full, has none. */
function describeFailure(error: unknown): RunTaskReply {
  if (error instanceof JobFunctionError)
    return { outcome: 'failed', failure: error.failure };
  const { message, syscall } = error as NodeJS.ErrnoException;
  const isOfTheWorld =
    error instanceof SplitError || error instanceof UnstoredError || syscall;
  const text = isOfTheWorld ? message : stackOf(error);
  return { outcome: 'failed', failure: { error: text, on: '' } };
}

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}
