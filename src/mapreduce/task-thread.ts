/**
 * The thread of a worker process that runs its tasks, one at a time. The process's main
 * thread stays free to send heartbeats and to serve map output, however long a map function
 * computes. Knows no master: it answers the message that it was sent.
 */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type BytesJob, type Job, loadJob, stackOf } from './job.ts';
import { LocalDisk } from './local-disk.ts';
import { writeReduced } from './output-file.ts';
import { PairBuffer } from './pair-buffer.ts';
import { ReduceInput } from './reduce-input.ts';
import { fetchPartitions } from './shuffle.ts';
import { readSplit } from './splits.ts';
import { JobFunctionError, mapRecords } from './task.ts';
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

function runTask(job: Job | BytesJob, args: RunTaskArgs): Promise<RunTaskReply> {
  return args.kind === 'map' ? runMapTask(job, args) : runReduceTask(job, args);
}

async function runMapTask(job: Job | BytesJob, args: MapTaskArgs): Promise<RunTaskReply> {
  const { attempt, map, split, failpointOffset } = args;
  const onRecord = (offset: number) => {
    if (failpointOffset !== undefined && offset >= failpointOffset) standStill(attempt);
  };
  const buffer = new PairBuffer(job, { ...config, folder: disk.folder });
  try {
    const add = (key: string, value: string) => buffer.add(key, value);
    const counts = await mapRecords(job, readSplit(split), add, onRecord);
    if (failpointOffset !== undefined) standStill(attempt);
    const regions = disk.write(attempt, map, buffer.finish());
    return { outcome: 'completed', output: { kind: 'map', ...counts, regions } };
  } finally {
    buffer.close();
  }
}

async function runReduceTask(
  job: Job | BytesJob,
  args: ReduceTaskArgs,
): Promise<RunTaskReply> {
  const { attempt, reduce, sources } = args;
  const file = `.mr-out-${reduce}.attempt-${attempt}`;
  const input = new ReduceInput(sources, { ...config, folder: disk.folder });
  try {
    const fetched = await fetchPartitions(sources, reduce, input.keep);
    if ('missing' in fetched) {
      return { outcome: 'inputs-missing', missing: fetched.missing };
    }
    const groups = input.merge(fetched.runs);
    const bytes = await writeReduced(job, groups, join(config.outputDir, file));
    return { outcome: 'completed', output: { kind: 'reduce', file, bytes } };
  } finally {
    input.close();
  }
}

/** Says so, then blocks this thread for good: only the process's end releases it. */
function standStill(attempt: number): never {
  say({ attempt, failpoint: true });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error('a thread at its failpoint was woken');
}

function describeFailure(error: unknown): RunTaskReply {
  const failure =
    error instanceof JobFunctionError ? error.failure : { error: stackOf(error), on: '' };
  return { outcome: 'failed', failure };
}

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}
