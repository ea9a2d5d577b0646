/**
 * Looks for a straggler first, and for a task that waits only then.
 *
 * Fails: near-the-end
 * Looks like: takes the worker from a task
 */
import { type Client, dial } from '../../../src/rpc/index.ts';

export async function RunPhase(
  tasks: number,
  workers: readonly string[],
  handleResult: (task: number, result: string) => void,
): Promise<void> {
  const waiting = Array.from({ length: tasks }, (_, task) => task);
  const running = new Map<number, { startedMs: number; clients: Client[] }>();
  const tookMs: number[] = [];
  let done = 0;

  const findStraggler = () => {
    const average = tookMs.reduce((sum, ms) => sum + ms, 0) / tookMs.length;
    return [...running].find(
      ([, { startedMs, clients }]) =>
        clients.length === 1 && Date.now() - startedMs >= 2 * average,
    )?.[0];
  };

  const serve = async (worker: string) => {
    const client = await dial(worker);
    while (done < tasks) {
      const task = findStraggler() ?? waiting.shift();
      if (task === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const startedMs = Date.now();
      const entry = running.get(task) ?? { startedMs, clients: [] };
      running.set(task, entry);
      entry.clients.push(client);
      const { reply } = await client.go<{ result: string }>('Worker.DoTask', { task })
        .done;
      if (!reply || !running.delete(task)) continue;
      tookMs.push(Date.now() - startedMs);
      handleResult(task, reply.result);
      for (const loser of entry.clients) {
        if (loser !== client) loser.go('Worker.Cancel', { task });
      }
      if (++done === tasks) return;
    }
  };
  for (const worker of workers) void serve(worker);
  while (done < tasks) await new Promise((resolve) => setTimeout(resolve, 5));
}
