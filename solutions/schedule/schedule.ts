/**
 * Solution: the master hands out the tasks of a job.
 */
import { type Channel, dial, ServerError } from '../../src/rpc/index.ts';

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
  await new Master(job, registered).run();
}

class Master {
  readonly #job: Job;
  /** Workers go back into it when they are idle again. */
  readonly #idle: Channel<string>;
  /** For each map task, who has its output or will have it. */
  readonly #outputs: Promise<string>[] = [];
  readonly #known = new Set<string>();
  readonly #lost = new Set<string>();

  constructor(job: Job, registered: Channel<string>) {
    this.#job = job;
    this.#idle = registered;
  }

  async run(): Promise<void> {
    for (let map = 0; map < this.#job.maps; map++) this.#outputs.push(this.#map(map));
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
      this.#known.add(worker);
      try {
        const reply = await callWorker(worker, task);
        await this.#idle.send(worker);
        return { ...reply, worker };
      } catch (error) {
        if (error instanceof ServerError) {
          await this.#idle.send(worker);
          if (++failures === this.#job.maxFailures) throw error;
        } else {
          this.#lost.add(worker);
          if (this.#isNobodyLeft()) throw new Error('all are lost', { cause: error });
        }
      }
    }
  }

  #isNobodyLeft(): boolean {
    return this.#idle.length === 0 && this.#lost.size === this.#known.size;
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
