/**
 * Waits for the straggler.
 *
 * Fails: backup
 * Looks like: waited for
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

  async function runTask(task: number): Promise<void> {
    const attempts = new Set<Client>();

    async function attempt(client: Client): Promise<TaskReply> {
      attempts.add(client);
      try {
        const reply = await client.call<TaskReply>('Worker.DoTask', { task });
        return reply;
      } finally {
        attempts.delete(client);
        await idle.send(client);
      }
    }

    const original = (await idle.receive()) as Client;
    const { result } = await attempt(original);
    handleResult(task, result);
    for (const loser of attempts) loser.go('Worker.Cancel', { task });
  }

  await Promise.all(Array.from({ length: tasks }, (_, task) => runTask(task)));
}
