/**
 * One phase in a simulated world: workers with the real Server whose tasks take as long as the
 * workload says, and a record of every attempt, cancellation and result.
 */
import type { Explanation } from '../../../src/grading/check.ts';
import { Server } from '../../../src/rpc/index.ts';
import type { SimulatedNode } from '../../../src/sim/node.ts';
import type { World } from '../../../src/sim/world.ts';

/** What a master must not do. */
export type Rule = 'sense' | 'busy' | 'early' | 'needless' | 'second' | 'killed';

export interface Breach extends Pick<Explanation, 'saw' | 'expected' | 'mistake'> {
  readonly rule: Rule;
}

export interface Attempt {
  readonly task: number;
  readonly worker: string;
  readonly isBackup: boolean;
  status: 'running' | 'done' | 'cancelled';
  /** When the master had its reply. */
  toldMs: number | undefined;
  readonly cancel: () => void;
}

export interface Result {
  readonly task: number;
  readonly result: string;
}

export interface PhaseOptions {
  readonly tasks: number;
  readonly workers: number;
  /** Milliseconds that an attempt takes; Infinity: it hangs, and hears no Cancel either. */
  readonly takesMs: (task: number, attempt: number) => number;
  /** Tasks that take much longer than the others. */
  readonly stragglers: readonly number[];
}

export class Phase {
  readonly attempts: Attempt[] = [];
  readonly results: Result[] = [];
  readonly breaches: Breach[] = [];
  readonly #world: World;
  readonly #options: PhaseOptions;

  constructor(world: World, options: PhaseOptions) {
    this.#world = world;
    this.#options = options;
    for (const name of this.workers) {
      world.addNode(name, { boot: (node) => this.#startWorker(node) });
    }
    this.#follow();
  }

  get workers(): string[] {
    return Array.from({ length: this.#options.workers }, (_, i) => `w${i + 1}`);
  }

  get backups(): Attempt[] {
    return this.attempts.filter(({ isBackup }) => isBackup);
  }

  async #startWorker(node: SimulatedNode): Promise<void> {
    const server = new Server({ codecs: ['json-rpc'], http: false });
    server.registerName('Worker', {
      DoTask: (args: unknown) => this.#work(node, args),
      Cancel: (args: unknown) => this.#cancel(node, args),
    });
    await server.listen(`sim:${node.name}`);
  }

  #work(node: SimulatedNode, args: unknown): Promise<{ result: string }> {
    const task = this.#readTask('DoTask', args);
    const earlier = this.attempts.filter((attempt) => attempt.task === task);
    this.#judge(node.name, task, earlier);
    const isBackup = earlier.length > 0;
    node.note(isBackup ? `task ${task}, backup` : `task ${task}`);
    return new Promise((resolve, reject) => {
      // On the machine that is slow, the same task is slow again.
      const same = earlier.findIndex(({ worker }) => worker === node.name);
      const ms = this.#options.takesMs(task, (same < 0 ? earlier.length : same) + 1);
      const isDeaf = ms === Number.POSITIVE_INFINITY;
      const cancel = () => {
        if (attempt.status !== 'running' || isDeaf) return;
        attempt.status = 'cancelled';
        node.note(`task ${task} cancelled`);
        reject(new Error(`task ${task} was cancelled`));
      };
      const attempt: Attempt = {
        task,
        worker: node.name,
        isBackup,
        status: 'running',
        toldMs: undefined,
        cancel,
      };
      this.attempts.push(attempt);
      if (isDeaf) return;
      setTimeout(() => {
        if (attempt.status !== 'running') return;
        attempt.status = 'done';
        node.note(`task ${task} done`);
        resolve({ result: `task ${task} by ${node.name}` });
      }, ms);
    });
  }

  /** A Cancel that comes too late, or to the wrong worker, does nothing. */
  #cancel(node: SimulatedNode, args: unknown): Record<string, never> | Promise<never> {
    const task = this.#readTask('Cancel', args);
    const own = this.attempts.filter((a) => a.task === task && a.worker === node.name);
    const hasWinner = this.attempts.some((a) => a.task === task && a.status === 'done');
    if (!hasWinner && own.some(({ status }) => status === 'running')) {
      this.breaches.push({
        rule: 'killed',
        saw: `${node.name} is told to cancel task ${task}, which nobody has done yet`,
        expected:
          'original and backup race; the loser is cancelled when the other is done',
        mistake:
          'the original is killed when its backup begins: all that it did is wasted',
      });
    }
    for (const attempt of own) attempt.cancel();
    const isHanging = own.some(({ status }) => status === 'running');
    return isHanging ? new Promise<never>(() => {}) : {};
  }

  #readTask(method: string, args: unknown): number {
    const { task } = (args ?? {}) as { task?: unknown };
    const { tasks } = this.#options;
    if (Number.isInteger(task) && Number(task) >= 0 && Number(task) < tasks)
      return task as number;
    const saw = `Worker.${method}(${JSON.stringify(args)})`;
    this.breaches.push({ rule: 'sense', saw, expected: `{ task }, 0 to ${tasks - 1}` });
    throw new Error(`no such task: ${JSON.stringify(args)}`);
  }

  #judge(worker: string, task: number, earlier: readonly Attempt[]): void {
    const busy = this.attempts.find(
      (a) => a.worker === worker && a.status === 'running' && a.task !== task,
    );
    if (busy) {
      this.breaches.push({
        rule: 'busy',
        saw: `${worker} gets task ${task} while it runs task ${busy.task}`,
        expected: 'a worker gets its next task when it is idle',
        mistake: 'tasks are sent without waiting until a worker is idle',
      });
    }
    if (earlier.length > 0) this.#judgeBackup(worker, task, earlier);
  }

  #judgeBackup(worker: string, task: number, earlier: readonly Attempt[]): void {
    const { tasks, stragglers } = this.#options;
    const saw = `${worker} gets task ${task}; ${earlier.map((a) => `${a.worker} ${a.status === 'running' ? 'is running' : 'has done'} it`).join(', ')}`;
    const begun = new Set(this.attempts.map((attempt) => attempt.task));
    const waiting = Array.from({ length: tasks }, (_, i) => i).filter(
      (i) => !begun.has(i),
    );
    if (waiting.length > 0) {
      this.breaches.push({
        rule: 'early',
        saw: `${saw}; waiting: task ${waiting.join(', ')}`,
        expected: 'no backup while a task still waits for a worker',
        mistake:
          'a backup takes the worker from a task that waits: backups are for the end of the phase',
      });
    }
    if (!stragglers.includes(task)) {
      this.breaches.push({
        rule: 'needless',
        saw: `${saw}; it takes no longer than the others`,
        expected: `backups only for what takes twice as long as the others: ${stragglers.length > 0 ? `task ${stragglers.join(', ')}` : 'nothing here'}`,
        mistake:
          stragglers.length > 0
            ? 'everything that still runs is backed up, or by a fixed timeout: compare each with those that are done'
            : 'a task is backed up because a worker is idle, by a fixed timeout, or because it once was late; compare it with those that are done when the backup begins',
      });
    }
    if (earlier.length > 1) {
      this.breaches.push({
        rule: 'second',
        saw,
        expected: 'one backup for a task, and no more',
        mistake: 'backups of backups: remember that a task has one',
      });
    }
  }

  #follow(): void {
    this.#world.log.follow((event) => {
      if (event.type !== 'delivered' || event.message.direction !== 'reply') return;
      const { from } = event.message;
      const told = this.attempts.find(
        (a) => a.worker === from && a.status === 'done' && a.toldMs === undefined,
      );
      if (told) told.toldMs = event.atMs;
    });
  }
}
