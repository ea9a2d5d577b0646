/**
 * Correct: no polling; a timer for the moment at which a task is late, by the median.
 */
import { type Client, dial } from '../../../src/rpc/index.ts';

interface Running {
  readonly task: number;
  readonly startedMs: number;
  readonly clients: Set<Client>;
  hasBackup: boolean;
}

export function RunPhase(
  tasks: number,
  workers: readonly string[],
  handleResult: (task: number, result: string) => void,
): Promise<void> {
  const waiting = Array.from({ length: tasks }, (_, task) => task);
  const running = new Set<Running>();
  const tookMs: number[] = [];
  const idle: Client[] = [];
  let timer: NodeJS.Timeout | undefined;

  return new Promise((resolve, reject) => {
    const assign = () => {
      clearTimeout(timer);
      if (tookMs.length === tasks) return resolve();
      while (idle.length > 0 && waiting.length > 0) {
        const task = waiting.shift() as number;
        const entry = {
          task,
          startedMs: Date.now(),
          clients: new Set<Client>(),
          hasBackup: false,
        };
        running.add(entry);
        start(entry);
      }
      const [oldest] = [...running]
        .filter(({ hasBackup }) => !hasBackup)
        .sort((a, b) => a.startedMs - b.startedMs);
      if (idle.length === 0 || !oldest || tookMs.length === 0) return;
      const lateMs = oldest.startedMs + 2 * median(tookMs);
      if (Date.now() < lateMs) {
        timer = setTimeout(assign, lateMs - Date.now());
        return;
      }
      oldest.hasBackup = true;
      start(oldest);
      assign();
    };

    const start = (entry: Running) => {
      const client = idle.shift() as Client;
      const startedMs = Date.now();
      const { task, clients } = entry;
      clients.add(client);
      client
        .call<{ result: string }>('Worker.DoTask', { task })
        .then(({ result }) => {
          if (!running.delete(entry)) return;
          clients.delete(client);
          tookMs.push(Date.now() - startedMs);
          handleResult(task, result);
          for (const loser of clients)
            loser.call('Worker.Cancel', { task }).catch(() => {});
        })
        .catch((error) => {
          if (running.has(entry)) reject(error);
        })
        .finally(() => {
          idle.push(client);
          assign();
        });
    };

    const connect = async (worker: string) => {
      idle.push(await dial(worker));
      assign();
    };
    Promise.all(workers.map(connect)).catch(reject);
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
