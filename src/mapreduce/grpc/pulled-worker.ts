/**
 * A worker that pulls: what the master wants of it waits until it asks. The master's side of
 * `GetTask`; knows nothing of gRPC.
 *
 * Source: document "process-rpc over gRPC", `GetTask`, `ReportCompletion`.
 */
import type { RunTaskArgs, RunTaskReply } from '../wire.ts';
import type { AttemptCall } from '../worker-connection.ts';
import { WorkerProcess } from '../worker-process.ts';

/** What a worker is told when it asks. */
export type Order =
  | { readonly run: { readonly attempt: number; readonly taskJson: string } }
  | { readonly cancel: { readonly attempt: number } };

export class PulledWorker extends WorkerProcess {
  readonly #orders: Order[] = [];
  /** Set while it asks and there is nothing to do. */
  #answer: ((order: Order) => void) | undefined;
  readonly #running = new Map<number, (reply: RunTaskReply) => void>();
  #lose: (() => void) | undefined;

  override get isConnected(): boolean {
    return this.#lose !== undefined;
  }

  /** Nobody dials a worker that pulls: it has come, and goes when its question breaks off. */
  override async connect(): Promise<{ closed: Promise<void> }> {
    const closed = new Promise<void>((resolve) => {
      this.#lose = resolve;
    });
    return { closed };
  }

  override runTask(args: RunTaskArgs): AttemptCall {
    const { attempt } = args;
    const done = new Promise<{ reply: RunTaskReply }>((resolve) => {
      this.#running.set(attempt, (reply) => resolve({ reply }));
    });
    this.#give({ run: { attempt, taskJson: JSON.stringify(args) } });
    return { done };
  }

  override cancelTask(attempt: number): void {
    this.#give({ cancel: { attempt } });
  }

  /** The long poll: resolves with the next order, as soon as there is one. */
  nextOrder(gone: AbortSignal): Promise<Order> {
    gone.addEventListener('abort', () => this.#lose?.());
    const order = this.#orders.shift();
    if (order) return Promise.resolve(order);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** However late: whether it is still needed is for the scheduler to say. */
  complete(attempt: number, reply: RunTaskReply): void {
    const settle = this.#running.get(attempt);
    if (!settle) throw new Error(`worker ${this.id} was not given attempt ${attempt}`);
    this.#running.delete(attempt);
    settle(reply);
  }

  #give(order: Order): void {
    const answer = this.#answer;
    this.#answer = undefined;
    if (answer) answer(order);
    else this.#orders.push(order);
  }
}
