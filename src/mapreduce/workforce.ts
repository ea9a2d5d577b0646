/**
 * The workers of a run through all of its stages: their processes, connections and addresses,
 * who has gone, and who still runs what. Knows nothing of tasks and of what is decided.
 */
import { NotSentError, ServerError } from '../rpc/index.ts';
import { JoinedWorker } from './joined-worker.ts';
import type { EndArgs, RunTaskArgs, RunTaskReply } from './wire.ts';
import type { WorkerConnection } from './worker-connection.ts';

/** A reply, or why there is none; undefined: the worker went, which says so itself. */
export type AttemptEnd = RunTaskReply | undefined;

export class Workforce {
  /** By worker. */
  readonly connections = new Map<number, WorkerConnection>();
  /** Where each registered worker serves its map output. */
  readonly addresses = new Map<number, string>();
  /** Those that have gone, and why. */
  readonly gone = new Map<number, string>();
  readonly #pids = new Map<number, number>();
  /** The attempt that each was given and has not ended, of whichever stage. */
  readonly #running = new Map<number, number>();

  find(worker: number): WorkerConnection | undefined {
    return this.connections.get(worker);
  }

  noteRegistered(worker: number, pid: number, address: string): void {
    this.#pids.set(worker, pid);
    this.addresses.set(worker, address);
  }

  /** Its process, if it is there and runs nothing: it can take up another stage's tasks. */
  pidOfFree(worker: number): number | undefined {
    if (this.gone.has(worker) || this.#running.has(worker)) return undefined;
    return this.#pids.get(worker);
  }

  /** What a worker that came by itself is called; undefined: the master has started it. */
  nameOfJoined(worker: number): string | undefined {
    const known = this.connections.get(worker);
    return known instanceof JoinedWorker ? known.name : undefined;
  }

  /** Runs an attempt to its end. */
  async run(worker: number, args: RunTaskArgs): Promise<AttemptEnd> {
    const runner = this.connections.get(worker) as WorkerConnection;
    this.#running.set(worker, args.attempt);
    const { reply, error } = await runner.runTask(args).done;
    if (this.#running.get(worker) === args.attempt) this.#running.delete(worker);
    if (reply) return reply;
    // Any other error is a lost connection: no fault of the task.
    if (!(error instanceof ServerError || error instanceof NotSentError))
      return undefined;
    return { outcome: 'failed', failure: { error: error.message, on: '' } };
  }

  /** Ends them all, hung ones too; those that joined are told how the run ended. */
  async end(how: EndArgs['outcome']): Promise<void> {
    await Promise.all([...this.connections.values()].map((worker) => worker.end(how)));
  }
}
