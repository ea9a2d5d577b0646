/**
 * The thread of a worker process that runs its tasks, one at a time. The process's main
 * thread stays free to send heartbeats and to serve map output, however long a map function
 * computes. Knows no master: it answers the message that it was sent.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type Job, loadJob, stackOf } from './job.ts';
import { fetchPartitions } from './shuffle.ts';
import { readSplit, SplitError } from './splits.ts';
import { LocalDisk } from './stores/local-disk.ts';
import { UnstoredError } from './stores/store.ts';
import { openWorkerStore } from './stores/worker-store.ts';
import {
  formatPartitions,
  type Groups,
  gatherPairs,
  JobFunctionError,
  mapRecords,
  reduceGroups,
} from './task.ts';
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

const config: WorkerConfig = workerData;
const disk = new LocalDisk(config.runDir, config.worker);
disk.prepare();
const store = openWorkerStore(config.store, disk);
const job = await loadJob(config.jobModule, config.params).catch((error: Error) => {
  say({ refused: error.message });
});

if (job) {
  parentPort?.on('message', async (args: RunTaskArgs) => {
    const reply = await runTask(job, args).catch(describeFailure);
    say({ attempt: args.attempt, reply });
  });
  say({ ready: true });
}

function runTask(job: Job, args: RunTaskArgs): Promise<RunTaskReply> {
  return args.kind === 'map' ? runMapTask(job, args) : runReduceTask(job, args);
}

async function runMapTask(job: Job, args: MapTaskArgs): Promise<RunTaskReply> {
  const { attempt, map, split, failpointOffset } = args;
  const groups: Groups = new Map();
  const onRecord = (offset: number) => {
    if (failpointOffset !== undefined && offset >= failpointOffset) standStill(attempt);
  };
  const { records, pairs } = await mapRecords(job, readSplit(split), groups, {
    combine: true,
    onRecord,
  });
  if (failpointOffset !== undefined) standStill(attempt);
  const texts = formatPartitions(job, groups, config.reduceTasks);
  const partitions = texts.map((text) => Buffer.from(text));
  const regions = await store.write(attempt, map, partitions);
  return { outcome: 'completed', output: { kind: 'map', records, pairs, regions } };
}

async function runReduceTask(job: Job, args: ReduceTaskArgs): Promise<RunTaskReply> {
  const { attempt, reduce, sources } = args;
  const fetched = await fetchPartitions(sources, reduce);
  if ('missing' in fetched)
    return { outcome: 'inputs-missing', missing: fetched.missing };
  const groups: Groups = new Map();
  for (const text of fetched.texts) gatherPairs(text, groups);
  const bytes = Buffer.from(await reduceGroups(job, groups));
  const file = `.mr-out-${reduce}.attempt-${attempt}`;
  writeFileSync(join(config.outputDir, file), bytes);
  return { outcome: 'completed', output: { kind: 'reduce', file, bytes: bytes.length } };
}

/** Says so, then blocks this thread for good: only the process's end releases it. */
function standStill(attempt: number): never {
  say({ attempt, failpoint: true });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
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
