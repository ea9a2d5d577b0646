/**
 * The workers of the simulated cluster, and a record of all that they were asked to do.
 */
import { dial, Server } from '../../../src/rpc/index.ts';
import type { SimulatedNode } from '../../../src/sim/node.ts';
import type { World } from '../../../src/sim/world.ts';
import { type Attempt, type Breach, type Job, Referee, type Task } from './referee.ts';

export interface ClusterOptions {
  readonly job: Job;
  /** Milliseconds that a task takes there; how many entries, so many workers. */
  readonly workerMs: readonly number[];
  /** True: map outputs outlive the worker that made them. */
  readonly isStable: boolean;
  /** The error of that task's attempt number `attempt`, from 1; undefined: it succeeds. */
  readonly failAt: (task: string, attempt: number) => string | undefined;
}

export class Cluster {
  readonly attempts: Attempt[] = [];
  readonly job: Job;
  readonly #world: World;
  readonly #options: ClusterOptions;
  readonly #referee: Referee;

  constructor(world: World, options: ClusterOptions) {
    this.#world = world;
    this.#options = options;
    this.job = options.job;
    options.workerMs.forEach((taskMs, i) => {
      world.addNode(`w${i + 1}`, { boot: (node) => this.#startWorker(node, taskMs) });
    });
    this.#referee = new Referee(world, options.job, this.attempts);
  }

  get breaches(): readonly Breach[] {
    return this.#referee.breaches;
  }

  /** The names of the workers that have crashed. */
  get crashed(): string[] {
    const names = this.#options.workerMs.map((_, i) => `w${i + 1}`);
    return names.filter((name) => this.#world.node(name).life.isOver);
  }

  get isAnyoneLeft(): boolean {
    return this.crashed.length < this.#options.workerMs.length;
  }

  isDone(task: string): boolean {
    return this.attempts.some((a) => a.task === task && a.status === 'done');
  }

  /** The names of all tasks that nobody has done. */
  get undone(): string[] {
    const { maps, reduces } = this.job;
    const all = [
      ...Array.from({ length: maps }, (_, i) => `map ${i}`),
      ...Array.from({ length: reduces }, (_, i) => `reduce ${i}`),
    ];
    return all.filter((task) => !this.isDone(task));
  }

  async #startWorker(node: SimulatedNode, taskMs: number): Promise<void> {
    const outputs = new Set<number>();
    const server = new Server({ codecs: ['json-rpc'], http: false });
    server.registerName('Worker', {
      DoTask: (task: Task) => this.#work(node, taskMs, task, outputs),
      /** Of the maps that are asked for, those whose output is here. */
      Fetch: ({ maps }: { maps: number[] }) => maps.filter((map) => outputs.has(map)),
    });
    await server.listen(`sim:${node.name}`);
  }

  async #work(node: SimulatedNode, taskMs: number, task: Task, outputs: Set<number>) {
    const name = this.#nameOf(task);
    const attempt = this.#begin(node, name, task);
    node.note(name);
    const missing = task.kind === 'map' ? [] : await this.#fetch(node, task, outputs);
    if (missing.length > 0) {
      attempt.status = 'missing';
      node.note(`map ${missing.join(', ')} missing`);
      return { missing };
    }
    await new Promise((resolve) => setTimeout(resolve, taskMs));
    const number = this.attempts.filter((other) => other.task === name).length;
    const problem = this.#options.failAt(name, number);
    if (problem !== undefined) {
      attempt.status = 'failed';
      throw new Error(problem);
    }
    attempt.status = 'done';
    if (task.kind === 'map') outputs.add(task.index);
    node.note(`${name} done`);
    return { missing };
  }

  /** Asks each holder for its outputs, all at the same time; resolves with what is missing. */
  async #fetch(node: SimulatedNode, { inputs = [] }: Task, outputs: Set<number>) {
    if (this.#options.isStable) return [];
    const maps = Array.from({ length: this.job.maps }, (_, map) => map);
    const found = [...new Set(inputs)].map(async (holder) => {
      const wanted = maps.filter((map) => inputs[map] === holder);
      if (holder === `sim:${node.name}`) return wanted.filter((map) => outputs.has(map));
      return fetchFrom(String(holder), wanted).catch(() => []);
    });
    const have = new Set((await Promise.all(found)).flat());
    return maps.filter((map) => !have.has(map));
  }

  #nameOf(task: Task): string {
    const { kind, index } = task;
    const count = { map: this.job.maps, reduce: this.job.reduces }[kind];
    if (count && Number.isInteger(index) && index >= 0 && index < count)
      return `${kind} ${index}`;
    const saw = `Worker.DoTask(${JSON.stringify(task)})`;
    const expected = `kind map or reduce; index from 0: ${this.job.maps} map tasks, ${this.job.reduces} reduce tasks`;
    this.#referee.breaches.push({ rule: 'sense', saw, expected });
    throw new Error(`no such task: ${JSON.stringify(task)}`);
  }

  #begin({ name: worker, life }: SimulatedNode, task: string, args: Task): Attempt {
    const hasCrashed = () => life.isOver;
    const attempt: Attempt = {
      task,
      worker,
      status: 'running',
      beganMs: this.#world.time.nowMs,
      isTold: false,
      hasCrashed,
    };
    this.#referee.judge(attempt, args);
    this.attempts.push(attempt);
    return attempt;
  }
}

async function fetchFrom(holder: string, maps: readonly number[]): Promise<number[]> {
  const client = await dial(holder);
  try {
    return await client.call<number[]>('Worker.Fetch', { maps });
  } finally {
    await client.close();
  }
}
