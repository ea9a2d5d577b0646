/**
 * Correct: a pool of workers as promises, and somebody who looks for stragglers every 10 ms.
 */
import { type Client, dial } from '../../../src/rpc/index.ts';

class Task {
  readonly number: number;
  readonly clients: Client[] = [];
  readonly result: Promise<string>;
  startedMs = Number.POSITIVE_INFINITY;
  isDone = false;
  settle: (result: string) => void = () => {};

  constructor(number: number) {
    this.number = number;
    this.result = new Promise((resolve) => {
      this.settle = resolve;
    });
  }
}

export async function RunPhase(
  tasks: number,
  workers: readonly string[],
  handleResult: (task: number, result: string) => void,
): Promise<void> {
  const all = Array.from({ length: tasks }, (_, number) => new Task(number));
  const idle = await Promise.all(workers.map((worker) => dial(worker)));
  const tookMs: number[] = [];

  const run = async (task: Task, client: Client) => {
    const startedMs = Date.now();
    task.startedMs = Math.min(task.startedMs, startedMs);
    task.clients.push(client);
    const { reply } = await client.go<{ result: string }>('Worker.DoTask', {
      task: task.number,
    }).done;
    idle.push(client);
    if (!reply || task.isDone) return look();
    task.isDone = true;
    tookMs.push(Date.now() - startedMs);
    for (const loser of task.clients) {
      if (loser !== client) loser.go('Worker.Cancel', { task: task.number });
    }
    task.settle(reply.result);
    look();
  };

  const look = () => {
    for (const task of all) {
      const client = idle[0];
      if (!client || task.clients.length > 0) continue;
      void run(task, idle.shift() as Client);
    }
    const lateMs = (2.5 * tookMs.reduce((sum, ms) => sum + ms, 0)) / tookMs.length;
    const late = all.find(
      ({ isDone, clients, startedMs }) =>
        !isDone && clients.length === 1 && Date.now() - startedMs > lateMs,
    );
    if (late && idle.length > 0) void run(late, idle.shift() as Client);
  };

  look();
  const timer = setInterval(look, 10);
  const taken = all.map(async (task) => handleResult(task.number, await task.result));
  await Promise.all(taken);
  clearInterval(timer);
}
