/**
 * Gives task i to worker i % n, before anybody knows who is slow.
 *
 * Fails: dynamic
 * Looks like: divided up beforehand
 */
import { type Channel, dial } from '../../../src/rpc/index.ts';

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
  const workers: string[] = [(await registered.receive()) as string];
  for (let next = registered.tryReceive(); next; next = registered.tryReceive()) {
    workers.push(next.value);
  }
  const inputs: string[] = [];
  const runAll = async (kind: Task['kind'], count: number) => {
    const work = workers.map(async (worker, i) => {
      const client = await dial(worker);
      for (let index = i; index < count; index += workers.length) {
        await client.call<TaskReply>('Worker.DoTask', { kind, index, inputs });
        if (kind === 'map') inputs[index] = worker;
      }
      await client.close();
    });
    await Promise.all(work);
  };
  await runAll('map', job.maps);
  await runAll('reduce', job.reduces);
}
