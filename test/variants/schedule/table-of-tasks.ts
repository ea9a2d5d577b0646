/**
 * Correct: a table of tasks as in the paper, and all outputs of a lost worker go back to idle at
 * once. It dials anew for each call, and leaves the connections open.
 */
import { type Channel, dial, ServerError } from '../../../src/rpc/index.ts';

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

interface Entry extends Task {
  status: 'idle' | 'in-progress' | 'completed';
  worker: string | undefined;
  failures: number;
}

export function LaunchTasks(job: Job, registered: Channel<string>): Promise<void> {
  const create = (kind: Task['kind'], count: number) =>
    Array.from(
      { length: count },
      (_, index): Entry => ({
        kind,
        index,
        status: 'idle',
        worker: undefined,
        failures: 0,
      }),
    );
  const maps = create('map', job.maps);
  const reduces = create('reduce', job.reduces);
  const idle: string[] = [];
  let workers = 0;

  return new Promise((resolve, reject) => {
    const assign = () => {
      const isCompleted = ({ status }: Entry) => status === 'completed';
      const areMapsDone = maps.every(isCompleted);
      if (areMapsDone && reduces.every(isCompleted)) resolve();
      const ready = (areMapsDone ? reduces : maps).filter((t) => t.status === 'idle');
      for (const task of ready.slice(0, idle.length))
        void run(idle.shift() as string, task);
    };

    const run = async (worker: string, task: Entry) => {
      task.status = 'in-progress';
      const { kind, index } = task;
      const inputs = maps.map((map) => map.worker as string);
      try {
        const args: Task = kind === 'map' ? { kind, index } : { kind, index, inputs };
        const { missing } = await call(worker, args);
        idle.push(worker);
        task.status = missing.length > 0 ? 'idle' : 'completed';
        task.worker = worker;
        for (const map of missing) {
          const entry = maps[map] as Entry;
          if (entry.worker === inputs[map] && isCompletedMap(entry))
            entry.status = 'idle';
        }
      } catch (error) {
        task.status = 'idle';
        if (error instanceof ServerError) {
          idle.push(worker);
          if (++task.failures >= job.maxFailures) reject(error);
        } else {
          if (--workers === 0) reject(error);
          for (const map of maps) {
            if (map.worker === worker && isCompletedMap(map)) map.status = 'idle';
          }
        }
      }
      assign();
    };

    const welcome = async () => {
      for await (const worker of registered) {
        workers++;
        idle.push(worker);
        assign();
      }
    };
    welcome().catch(reject);
  });
}

function isCompletedMap({ kind, status }: Entry): boolean {
  return kind === 'map' && status === 'completed';
}

async function call(worker: string, task: Task): Promise<TaskReply> {
  const client = await dial(worker);
  return client.call<TaskReply>('Worker.DoTask', task);
}
