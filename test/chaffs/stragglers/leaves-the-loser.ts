/**
 * Forgets the loser: its worker runs the task to its end.
 *
 * Fails: loser-cancelled
 * Looks like: only Worker.Cancel
 */
import { Channel, type Client, dial } from '../../../src/rpc/index.ts';

/** What `Worker.DoTask` replies to `{ task }`. */
export interface TaskReply {
  result: string;
}

/**
 * Runs the tasks 0 to `tasks` - 1 of one phase on `workers`, and calls `handleResult` once for
 * each, with its first result. Resolves when all results are in.
 */
export async function RunPhase(
  tasks: number,
  workers: readonly string[],
  handleResult: (task: number, result: string) => void,
): Promise<void> {
  const clients = await Promise.all(workers.map((worker) => dial(worker)));
  const idle = new Channel<Client>(clients.length);
  for (const client of clients) await idle.send(client);
  const tookMs: number[] = [];
  let started = 0;

  async function runTask(task: number): Promise<void> {
    let isDone = false;

    async function attempt(client: Client): Promise<TaskReply> {
      const startedMs = Date.now();
      try {
        const reply = await client.call<TaskReply>('Worker.DoTask', { task });
        tookMs.push(Date.now() - startedMs);
        return reply;
      } finally {
        await idle.send(client);
      }
    }

    /** Asked for behind all tasks, so a worker is idle for it only near the end. */
    async function backUp(startedMs: number): Promise<TaskReply> {
      while (!isDone && !isStraggler(startedMs)) await sleep(20);
      const client = (await idle.receive()) as Client;
      if (!isDone) return attempt(client);
      await idle.send(client);
      throw new Error('the original has won');
    }

    const original = (await idle.receive()) as Client;
    started++;
    const { result } = await Promise.race([attempt(original), backUp(Date.now())]);
    isDone = true;
    handleResult(task, result);
  }

  /** Near the end, and twice as long as the others. */
  function isStraggler(startedMs: number): boolean {
    return started === tasks && Date.now() - startedMs >= 2 * average(tookMs);
  }

  await Promise.all(Array.from({ length: tasks }, (_, task) => runTask(task)));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
