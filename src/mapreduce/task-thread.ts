/**
 * The thread of a worker process that runs its tasks, one at a time. The process's main
 * thread stays free to send heartbeats and to serve map output, however long a map function
 * computes. Knows no master: it answers the message that it was sent.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type Job, loadJob, stackOf } from './job.ts';
import { LocalDisk } from './local-disk.ts';
import { interceptJob, Pace, standStill } from './pace.ts';
import { fetchPartitions } from './shuffle.ts';
import { readSplit } from './splits.ts';
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

/** As fast as the fault plan lets it. */
async function runTask(job: Job, args: RunTaskArgs): Promise<RunTaskReply> {
  standStill(args.delayMs);
  if (config.slowness === 1) return runAtFullSpeed(job, args);
  const pace = new Pace(config.slowness);
  pace.start();
  const reply = await runAtFullSpeed(
    interceptJob(job, () => pace.keep()),
    args,
  );
  pace.finish();
  return reply;
}

function runAtFullSpeed(job: Job, args: RunTaskArgs): Promise<RunTaskReply> {
  return args.kind === 'map' ? runMapTask(job, args) : runReduceTask(job, args);
}

async function runMapTask(job: Job, args: MapTaskArgs): Promise<RunTaskReply> {
  const { attempt, map, split, failpointOffset } = args;
  const groups: Groups = new Map();
  const onRecord = (offset: number) => {
    if (failpointOffset !== undefined && offset >= failpointOffset)
      waitForTheEnd(attempt);
  };
  const { records, pairs } = await mapRecords(job, readSplit(split), groups, {
    combine: true,
    onRecord,
  });
  if (failpointOffset !== undefined) waitForTheEnd(attempt);
  const regions = disk.write(
    attempt,
    map,
    formatPartitions(job, groups, config.reduceTasks),
  );
  return { outcome: 'completed', output: { kind: 'map', records, pairs, regions } };
}

async function runReduceTask(job: Job, args: ReduceTaskArgs): Promise<RunTaskReply> {
  const { attempt, reduce, sources, hasFailpoint } = args;
  const fetched = await fetchPartitions(sources, reduce);
  if ('missing' in fetched)
    return { outcome: 'inputs-missing', missing: fetched.missing };
  const groups: Groups = new Map();
  for (const text of fetched.texts) gatherPairs(text, groups);
  let keys = 0;
  const doomed = interceptJob(job, (name) => {
    if (name === 'reduce' && ++keys > 1) waitForTheEnd(attempt);
  });
  const bytes = Buffer.from(await reduceGroups(hasFailpoint ? doomed : job, groups));
  if (hasFailpoint) waitForTheEnd(attempt);
  const file = `.mr-out-${reduce}.attempt-${attempt}`;
  writeFileSync(join(config.outputDir, file), bytes);
  return { outcome: 'completed', output: { kind: 'reduce', file, bytes: bytes.length } };
}

/** At its failpoint: says so, and goes no further. */
function waitForTheEnd(attempt: number): never {
  say({ attempt, failpoint: true });
  standStill();
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
