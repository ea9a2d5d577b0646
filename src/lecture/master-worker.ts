/**
 * The lecture's first example: a master that has tasks run by its workers, in the ways that
 * the slides compare. One after the other; with a callback; with a channel; with `go`; and
 * once more elsewhere when a worker does not answer.
 *
 * Source: slides, "Example: Master-Worker" and "Asynchronous RPC".
 */
import { type Call, Channel, type Client, Server } from '../rpc/index.ts';

export interface Task {
  Index: number;
}

/** What becomes of a result, as soon as the master has it. */
export type HandleResult = (call: Call<number>) => void;

// #region worker
export class Worker {
  readonly #run: (index: number) => Promise<number>;

  constructor(run: (index: number) => Promise<number>) {
    this.#run = run;
  }

  RunTask({ Index }: Task): Promise<number> {
    return this.#run(Index);
  }
}
// #endregion

/** Serves a worker; resolves with the server. Rejects with a NetworkError. */
export async function startWorker(worker: Worker, address: string): Promise<Server> {
  const server = new Server();
  server.register(worker);
  await server.listen(address);
  return server;
}

/** One at a time: the next worker is asked when this one has answered. Rejects with its error. */
// #region one-by-one
export async function launchOneByOne(workers: Client[]): Promise<number[]> {
  const results: number[] = [];
  for (const [Index, worker] of workers.entries()) {
    results.push(await worker.call<number>('Worker.RunTask', { Index }));
  }
  return results;
}
// #endregion

/** Returns at once; `handle` is called later, once for each worker, in any order. */
// #region callback
export function launchWithCallback(workers: Client[], handle: HandleResult) {
  for (const [Index, worker] of workers.entries()) {
    sendRPC(worker, 'Worker.RunTask', { Index }, handle);
  }
}

function sendRPC(to: Client, method: string, args: Task, handle: HandleResult) {
  void to.go<number>(method, args).done.then(handle);
}
// #endregion

/** Resolves when every call has ended; `handle` gets each in the order of their ends. */
// #region channel
export async function launchOnChannel(workers: Client[], handle: HandleResult) {
  const done = new Channel<Call<number>>(workers.length);
  for (const [Index, worker] of workers.entries()) {
    worker.go<number>('Worker.RunTask', { Index }, { done });
  }
  for (let left = workers.length; left > 0; left--) {
    handle((await done.receive()) as Call<number>);
  }
}
// #endregion

/** Resolves when every call has ended; `handle` gets each in the order of the workers. */
// #region go
export async function launchWithGo(workers: Client[], handle: HandleResult) {
  const calls = workers.map((worker, Index) =>
    worker.go<number>('Worker.RunTask', { Index }),
  );
  for (const call of calls) handle(await call.done);
}
// #endregion

/** Asks one worker after the other until one answers. The task may run more than once! */
// #region resend
export async function runSomewhere(workers: Client[], task: Task) {
  const limit = { deadlineMs: 100 };
  for (const worker of workers) {
    const call = await worker.go<number>('Worker.RunTask', task, limit).done;
    if (!call.error) return call.reply;
    if (call.error.isDefinite) throw call.error;
    // Nobody knows whether that worker has run it, or will. Ask another.
  }
  throw new Error('no worker has answered');
}
// #endregion
