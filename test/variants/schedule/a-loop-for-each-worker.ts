/**
 * Correct: a loop for each worker with one connection, which looks for work now and then.
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

export async function LaunchTasks(job: Job, registered: Channel<string>): Promise<void> {
  const waiting: Task[] = [];
  const holders: string[] = [];
  const failures = new Map<string, number>();
  let reducesDone = 0;
  let workers = 0;
  let problem: unknown;
  const isOver = () => reducesDone === job.reduces && mapsDone() === job.maps;
  const mapsDone = () => holders.filter((holder) => holder !== '').length;
  for (let index = 0; index < job.maps; index++) {
    holders.push('');
    waiting.push({ kind: 'map', index });
  }
  for (let index = 0; index < job.reduces; index++)
    waiting.push({ kind: 'reduce', index });

  const take = () => {
    const isReady = ({ kind }: Task) => kind === 'map' || mapsDone() === job.maps;
    const at = waiting.findIndex(isReady);
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  };

  const serve = async (worker: string) => {
    const client = await dial(worker).catch(() => undefined);
    while (client && !isOver() && problem === undefined) {
      const task = take();
      if (!task) {
        await new Promise((wake) => setTimeout(wake, 10));
        continue;
      }
      const inputs = [...holders];
      const { reply, error } = await client.go<TaskReply>('Worker.DoTask', {
        ...task,
        inputs,
      }).done;
      if (error instanceof ServerError) {
        const name = `${task.kind} ${task.index}`;
        const count = (failures.get(name) ?? 0) + 1;
        failures.set(name, count);
        if (count === job.maxFailures) problem = new Error(`${name}: ${error.message}`);
      }
      if (!reply || reply.missing.length > 0) waiting.push(task);
      else if (task.kind === 'map') holders[task.index] = worker;
      else reducesDone++;
      for (const index of reply?.missing ?? []) {
        if (holders[index] !== inputs[index]) continue;
        holders[index] = '';
        waiting.unshift({ kind: 'map', index });
      }
      if (error && !(error instanceof ServerError)) break;
    }
    await client?.close();
    if (--workers === 0 && !isOver()) problem ??= new Error('no worker is left');
  };

  const welcome = async () => {
    for await (const worker of registered) {
      workers++;
      void serve(worker);
    }
  };
  void welcome();
  while (!isOver()) {
    await new Promise((wake) => setTimeout(wake, 5));
    if (problem !== undefined) throw problem;
  }
}
