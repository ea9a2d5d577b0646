/**
 * Takes a task for late that has run as long as the average.
 *
 * Fails: no-straggler
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
    const attempts = new Set<Client>();
    let isDone = false;

    async function attempt(client: Client): Promise<TaskReply> {
      const startedMs = Date.now();
      attempts.add(client);
      try {
        const reply = await client.call<TaskReply>('Worker.DoTask', { task });
        tookMs.push(Date.now() - startedMs);
        return reply;
      } finally {
        attempts.delete(client);
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
    for (const loser of attempts) loser.go('Worker.Cancel', { task });
  }

  /** Near the end, and twice as long as the others. */
  function isStraggler(startedMs: number): boolean {
    return started === tasks && Date.now() - startedMs >= 1 * average(tookMs);
  }

  await Promise.all(Array.from({ length: tasks }, (_, task) => runTask(task)));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
