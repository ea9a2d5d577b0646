/**
 * A worker process: loads the job, registers with the master, runs the tasks that the master
 * pushes, serves its map output to reducers, and lives exactly as long as its connection to
 * the master.
 *
 * Source: OSDI '04, section 3.1; slides, "Example: Master-Worker".
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Worker as Thread } from 'node:worker_threads';
import { type Client, dial, never, Server } from '../rpc/index.ts';
import { LocalDisk } from './local-disk.ts';
import type { ThreadMessage } from './task-thread.ts';
import {
  type FailpointArgs,
  type FetchPartitionArgs,
  type FetchPartitionReply,
  fetchChunkBytes,
  type HeartbeatArgs,
  type RefuseJobArgs,
  type RegisterArgs,
  type RunTaskArgs,
  type RunTaskReply,
  type WorkerConfig,
} from './wire.ts';

/** Runs until the master is gone; then ends this process. */
export async function runWorker(config: WorkerConfig): Promise<void> {
  const { worker, heartbeatMs } = config;
  const disk = new LocalDisk(config.runDir, worker);
  const resourceLimits = { maxYoungGenerationSizeMb };
  const thread = new Thread(config.taskThread, { workerData: config, resourceLimits });
  thread.on('error', (error) => end(`its task thread crashed: ${error.stack}`));
  thread.on('exit', (code) => end(`its task thread exited with ${code}`));
  const [loaded, master] = await Promise.all([
    once(thread, 'message') as Promise<[ThreadMessage]>,
    dial(config.master).catch(() => endWithMaster(config)),
  ]);
  void master.closed.then(() => endWithMaster(config));
  const [message] = loaded;
  if ('refused' in message) {
    const refusal: RefuseJobArgs = { worker, why: message.refused };
    await master.go('Master.RefuseJob', refusal).done;
    return;
  }
  const server = new Server({ limits: { idleMs: never }, http: false });
  server.register(
    new Worker(thread, disk, (attempt) => {
      master.go('Master.FailpointReached', { attempt } satisfies FailpointArgs);
    }),
  );
  const address = await server.listen('127.0.0.1:0');
  const registration: RegisterArgs = { worker, pid: process.pid, address };
  const { error } = await master.go('Master.Register', registration).done;
  if (error) end(`the master refuses it: ${error.message}`);
  startHeartbeat(master, worker, heartbeatMs);
}

/** Node's own default, which the flag of this process takes away: a map function needs it. */
const maxYoungGenerationSizeMb = 48;

/** The service that a worker registers: what master and reducers may ask of it. */
class Worker {
  readonly #thread: Thread;
  readonly #disk: LocalDisk;
  readonly #running = new Map<number, (reply: RunTaskReply) => void>();

  constructor(thread: Thread, disk: LocalDisk, onFailpoint: (attempt: number) => void) {
    this.#thread = thread;
    this.#disk = disk;
    thread.on('message', (message: ThreadMessage) => {
      if ('failpoint' in message) onFailpoint(message.attempt);
      if ('reply' in message) this.#running.get(message.attempt)?.(message.reply);
    });
  }

  /** Replies when the task has ended, well or badly; the master calls it with `go`. */
  async RunTask(args: RunTaskArgs): Promise<RunTaskReply> {
    const reply = await new Promise<RunTaskReply>((resolve) => {
      this.#running.set(args.attempt, resolve);
      this.#thread.postMessage(args);
    });
    this.#running.delete(args.attempt);
    return reply;
  }

  FetchPartition(args: FetchPartitionArgs): FetchPartitionReply {
    const numbers = [args.attempt, args.map, args.reduce, args.offset];
    if (!numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) {
      throw new Error(
        'Worker.FetchPartition: attempt, map, reduce and offset are counts',
      );
    }
    const { attempt, map, reduce, offset } = args;
    const bytes = this.#disk.read(attempt, map, reduce, offset, fetchChunkBytes);
    return { data: bytes.toString('base64') };
  }
}

/** Sent by the main thread: a worker that computes is heard, one that is stopped is not. */
function startHeartbeat(master: Client, worker: number, heartbeatMs: number): void {
  const args: HeartbeatArgs = { worker };
  setInterval(() => master.go('Master.Heartbeat', args), heartbeatMs);
}

/**
 * The connection to the master has ended. A master that ends in good order ends its workers
 * first, so it was killed, or cut off; one that was killed left the run's folder to us.
 */
async function endWithMaster(config: WorkerConfig): Promise<never> {
  const ceilingMs = performance.now() + orphanedWithinMs;
  while (process.ppid === config.masterPid && performance.now() < ceilingMs) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const isOrphan = process.ppid !== config.masterPid;
  const { folder } = new LocalDisk(config.runDir, config.worker);
  removeFolder(isOrphan ? config.runDir : folder);
  return end();
}

/** Sockets of a killed process close a moment before its children get another parent. */
const orphanedWithinMs = 1000;

function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another worker is still writing there, and will remove the rest.
  }
}

/** Ends this process for good, even while its thread sits in a system call. */
function end(why?: string): never {
  if (why !== undefined) process.stderr.write(`${why}\n`);
  process.kill(process.pid, 'SIGKILL');
  throw new Error('a process survived SIGKILL');
}
