/**
 * Correct: idle workers go back into the channel that they came from, as in Go; a task is a recursion.
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
  const known = new Set<string>();
  let lost = 0;

  const launch = async (task: Task, failures = 0): Promise<[string, TaskReply]> => {
    const worker = (await registered.receive()) as string;
    known.add(worker);
    let reply: TaskReply;
    try {
      const client = await dial(worker);
      reply = await client
        .call<TaskReply>('Worker.DoTask', task)
        .finally(() => client.close());
    } catch (error) {
      const isTasksFault = error instanceof ServerError;
      if (isTasksFault) void registered.send(worker);
      else if (++lost === known.size && registered.length === 0)
        throw new Error('all workers are lost');
      if (isTasksFault && failures + 1 === job.maxFailures)
        throw new Error(`${task.kind} ${task.index} fails`, { cause: error });
      return launch(task, failures + (isTasksFault ? 1 : 0));
    }
    void registered.send(worker);
    return [worker, reply];
  };

  const holders: string[] = [];
  const redone = new Map<string, Promise<void>>();
  const runMap = async (index: number) => {
    [holders[index]] = await launch({ kind: 'map', index });
  };
  const runReduce = async (index: number): Promise<void> => {
    const inputs = [...holders];
    const [, { missing }] = await launch({ kind: 'reduce', index, inputs });
    if (missing.length === 0) return;
    await Promise.all(
      missing.map((map) => {
        const key = `${map} on ${inputs[map]}`;
        const again = redone.get(key) ?? runMap(map);
        redone.set(key, again);
        return again;
      }),
    );
    await runReduce(index);
  };
  const all = (count: number, run: (index: number) => Promise<void>) =>
    Promise.all(Array.from({ length: count }, (_, index) => run(index)));

  await all(job.maps, runMap);
  await all(job.reduces, runReduce);
}
