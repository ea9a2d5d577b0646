/**
 * A worker process: registers with the master, loads the job with its first task, runs the tasks
 * that the master gives it, serves its map output to reducers, and lives exactly as long as its
 * connection to the master.
 *
 * Source: OSDI '04, section 3.1; slides, "Example: Master-Worker".
 */
import { rmSync } from 'node:fs';
import { never, Server, ServerError } from '../rpc/index.ts';
import { joinAddress, splitAddress } from './addresses.ts';
import { dialMaster, type MasterLink } from './master-connection.ts';
import { LocalDisk } from './stores/local-disk.ts';
import { TaskRunner } from './task-runner.ts';
import { guard } from './token.ts';
import {
  type CancelTaskArgs,
  type FailpointArgs,
  type FetchPartitionArgs,
  type FetchPartitionReply,
  fetchChunkBytes,
  type HeartbeatArgs,
  type RegisterArgs,
  type RunTaskArgs,
  type RunTaskReply,
  type WorkerConfig,
} from './wire.ts';

const dialRpc = ({ master, token }: WorkerConfig): Promise<MasterLink> =>
  dialMaster(master, token);

/** Runs until the master is gone; then ends this process. */
export async function runWorker(config: WorkerConfig, dialLink = dialRpc): Promise<void> {
  const { worker, heartbeatMs } = config;
  const disk = new LocalDisk(config.runDir, worker);
  const dialling = dialLink(config).catch(() => endWithMaster(config));
  const runner = new TaskRunner(config, {
    onFailpoint: async (attempt) => {
      const args: FailpointArgs = { attempt };
      (await dialling).go('Master.FailpointReached', args);
    },
    onEnd: end,
  });
  const master = await dialling;
  void master.closed.then(() => endWithMaster(config, runner));
  const service = new Worker(runner, disk);
  const { error } = await register(service, master, config);
  if (error instanceof ServerError) end(`the master refuses it: ${error.message}`);
  // Without its answer: killed, or cut off.
  if (error) return endWithMaster(config, runner);
  startHeartbeat(master, worker, heartbeatMs);
  void master.pull?.(service);
}

/** Listens, and tells the master where; resolves with why not, if the master refuses. */
export async function register(
  service: Worker,
  master: MasterLink,
  config: WorkerConfig,
): Promise<{ error?: Error | undefined; server: Server }> {
  const { address, server } = await serveWorker(service, config);
  const registration: RegisterArgs = { worker: config.worker, pid: process.pid, address };
  const { error } = await master.go('Master.Register', registration).done;
  return { error, server };
}

/** Listens for the run's own; resolves with the address by which they reach this worker. */
export async function serveWorker(
  service: Worker,
  { token, listen, reachableAs }: WorkerConfig,
): Promise<{ address: string; server: Server }> {
  const server = new Server({
    ...{ codecs: ['framed-json'], http: false },
    limits: { idleMs: never },
  });
  server.registerName('Worker', guard(service, token));
  const bound = await server.listen(listen);
  return { address: joinAddress(reachableAs, splitAddress(bound).port), server };
}

/** The service that a worker registers: what master and reducers may ask of it. */
export class Worker {
  readonly #runner: TaskRunner;
  readonly #disk: LocalDisk;

  constructor(runner: TaskRunner, disk: LocalDisk) {
    this.#runner = runner;
    this.#disk = disk;
  }

  /** Replies when the attempt has ended, one way or other; the master calls it with `go`. */
  RunTask(args: RunTaskArgs): Promise<RunTaskReply> {
    return this.#runner.run(args);
  }

  /** The attempt's own call of `RunTask` tells when this worker is free again. */
  CancelTask({ attempt }: CancelTaskArgs): void {
    void this.#runner.cancel(attempt);
  }

  FetchPartition(args: FetchPartitionArgs): FetchPartitionReply {
    const numbers = [args.attempt, args.map, args.reduce, args.offset];
    if (!numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) {
      throw new Error(
        'Worker.FetchPartition: attempt, map, reduce and offset are counts',
      );
    }
    return { data: this.#disk.read(args, args.offset, fetchChunkBytes) };
  }
}

/**
 * Sent by the main thread: a worker that computes is heard, one that is stopped is not. Who is
 * refused was declared lost while it was away: its tasks are others' now, and it ends.
 */
function startHeartbeat(master: MasterLink, worker: number, heartbeatMs: number): void {
  const args: HeartbeatArgs = { worker };
  setInterval(async () => {
    const { error } = await master.go('Master.Heartbeat', args).done;
    if (error instanceof ServerError) end(`it ends: ${error.message}`);
  }, heartbeatMs);
}

/**
 * The connection to the master has ended. A master that ends in good order ends its workers
 * first, so it was killed, or cut off; one that was killed left the run's folder to us.
 */
async function endWithMaster(config: WorkerConfig, runner?: TaskRunner): Promise<never> {
  // Whoever still computes may make a folder anew that has just been removed. A thread in a system
  // call cannot be ended now, and makes none afterwards.
  await Promise.race([runner?.stop(), sleep(stopWithinMs)]);
  const ceilingMs = performance.now() + orphanedWithinMs;
  while (process.ppid === config.masterPid && performance.now() < ceilingMs) {
    await sleep(10);
  }
  if (config.canBeResumed) return end();
  const isOrphan = process.ppid !== config.masterPid;
  const { folder } = new LocalDisk(config.runDir, config.worker);
  removeFolder(isOrphan ? config.runDir : folder);
  if (isOrphan && config.store.type === 'shared') removeFolder(config.store.folder);
  return end();
}

/** Sockets of a killed process close a moment before its children get another parent. */
const orphanedWithinMs = 1000;
/** A thread that is ended is gone sooner, unless it sits in a system call. */
const stopWithinMs = 100;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function removeFolder(folder: string): void {
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
