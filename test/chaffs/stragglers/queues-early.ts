/**
 * Backups queue for a worker as soon as a task looks late, long before the end of the
 * phase; when they get one, the task is not late any more beside all that is done by then.
 *
 * Fails: only-the-straggler
 * Looks like: because it once was late
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
  const phase = new Phase(new Channel<Client>(clients.length));
  for (const client of clients) await phase.idle.send(client);
  const runs = Array.from({ length: tasks }, async (_, task) => {
    handleResult(task, await phase.run(task));
  });
  await Promise.all(runs);
}

/** One task, and who is running it. */
class Race {
  readonly task: number;
  readonly startedMs = Date.now();
  readonly runners = new Set<Client>();
  isOver = false;

  constructor(task: number) {
    this.task = task;
  }
}

class Phase {
  readonly idle: Channel<Client>;
  /** Milliseconds that each task took that is done. */
  readonly #tookMs: number[] = [];

  constructor(idle: Channel<Client>) {
    this.idle = idle;
  }

  async run(task: number): Promise<string> {
    const client = (await this.idle.receive()) as Client;
    const race = new Race(task);
    const original = this.#attempt(race, client);
    const { result } = await Promise.race([original, this.#backUp(race)]);
    race.isOver = true;
    for (const loser of race.runners) loser.go('Worker.Cancel', { task });
    return result;
  }

  async #attempt({ task, runners }: Race, client: Client): Promise<TaskReply> {
    const startedMs = Date.now();
    runners.add(client);
    try {
      const reply = await client.call<TaskReply>('Worker.DoTask', { task });
      this.#tookMs.push(Date.now() - startedMs);
      return reply;
    } finally {
      runners.delete(client);
      await this.idle.send(client);
    }
  }

  async #backUp(race: Race): Promise<TaskReply> {
    while (!race.isOver && !this.#isStraggler(race)) await sleep(20);
    const client = (await this.idle.receive()) as Client;
    if (!race.isOver) return this.#attempt(race, client);
    await this.idle.send(client);
    throw new Error('the original has won');
  }

  /** Twice as long as the others. */
  #isStraggler({ startedMs }: Race): boolean {
    const average = this.#tookMs.reduce((sum, ms) => sum + ms, 0) / this.#tookMs.length;
    return Date.now() - startedMs >= 2 * average;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
