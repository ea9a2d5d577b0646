/**
 * Sends all tasks at once: nobody waits until a worker is idle.
 *
 * Fails: parallel
 * Looks like: without waiting until
 */
import { Channel, dial, ServerError } from '../../../src/rpc/index.ts';

export interface Job {
  maps: number;
  reduces: number;
  /** A task that has failed by itself so many times fails the job. */
  maxFailures: number;
}

/** What `Worker.DoTask` is asked. */
export interface Task {
  kind: 'map' | 'reduce';
  /** From 0. */
  index: number;
  /** Of a reduce task: for each map task, the address of the worker that has its output. */
  inputs?: string[];
}

/** What it replies. */
export interface TaskReply {
  /** Map tasks whose output could not be read. If there are any, the task is not done. */
  missing: number[];
}

/**
 * Runs every task of `job` on the workers whose addresses come out of `registered`. Resolves
 * when all are done; rejects when a task keeps failing, or when every worker is lost.
 */
export async function LaunchTasks(job: Job, registered: Channel<string>): Promise<void> {
  const master = new Master(job);
  void master.welcome(registered);
  await master.run();
}

class Master {
  readonly #job: Job;
  readonly #idle = new Channel<string>(1000);
  /** For each map task, who has its output or will have it. */
  readonly #outputs: Promise<string>[] = [];
  #workers = 0;

  constructor(job: Job) {
    this.#job = job;
  }

  async welcome(registered: Channel<string>): Promise<void> {
    for await (const worker of registered) {
      this.#workers++;
      await this.#idle.send(worker);
    }
  }

  async run(): Promise<void> {
    for (let map = 0; map < this.#job.maps; map++) this.#outputs[map] = this.#map(map);
    await Promise.all(this.#outputs); // the barrier
    const reduces = Array.from({ length: this.#job.reduces }, (_, i) => this.#reduce(i));
    await Promise.all(reduces);
  }

  async #map(index: number): Promise<string> {
    const { worker } = await this.#launch({ kind: 'map', index });
    return worker;
  }

  async #reduce(index: number): Promise<void> {
    for (;;) {
      const outputs = [...this.#outputs];
      const inputs = await Promise.all(outputs);
      const { missing } = await this.#launch({ kind: 'reduce', index, inputs });
      if (missing.length === 0) return;
      for (const map of missing) {
        // Another reduce task may have missed it before.
        if (this.#outputs[map] === outputs[map]) this.#outputs[map] = this.#map(map);
      }
    }
  }

  /** Runs the task on one idle worker after the other, until one replies. */
  async #launch(task: Task): Promise<TaskReply & { worker: string }> {
    for (let failures = 0; ; ) {
      const worker = (await this.#idle.receive()) as string;
      await this.#idle.send(worker);
      try {
        const reply = await callWorker(worker, task);
        return { ...reply, worker };
      } catch (error) {
        if (error instanceof ServerError) {
          if (++failures === this.#job.maxFailures) throw error;
        } else if (--this.#workers === 0) {
          throw new Error('every worker is lost', { cause: error });
        }
      }
    }
  }
}

async function callWorker(worker: string, task: Task): Promise<TaskReply> {
  const client = await dial(worker);
  try {
    return await client.call<TaskReply>('Worker.DoTask', task);
  } finally {
    await client.close();
  }
}
