/**
 * What the master knows of any worker: a connection to it, once it has registered. Where its
 * process comes from, and how it can be ended, is for those who extend it to say.
 */
import { type Call, type CallEvent, type Client, dial } from '../rpc/index.ts';
import type { TaskOutput } from './events.ts';
import type { CancelTaskArgs, EndArgs, RunTaskArgs, RunTaskReply } from './wire.ts';

/** An attempt under way: `done` never rejects; it may wait for ever for a lost worker. */
export interface AttemptCall {
  readonly done: Promise<{
    readonly reply?: RunTaskReply | undefined;
    readonly error?: Error | undefined;
  }>;
}

export abstract class WorkerConnection {
  readonly id: number;
  readonly #token: string;
  #client: Client | undefined;

  constructor(id: number, token: string) {
    this.id = id;
    this.#token = token;
  }

  /** True once `connect` has succeeded. */
  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  /** Opens the master's own connection to the worker; resolves with what tells of its end. */
  async connect(
    address: string,
    observe?: (event: CallEvent) => void,
  ): Promise<{ closed: Promise<void> }> {
    this.#client = await dial(address, { codec: 'framed-json', observe });
    return { closed: this.#client.closed };
  }

  /** Gives it a task. Only after `connect`. */
  runTask(args: RunTaskArgs): AttemptCall {
    return this.go<RunTaskReply>('Worker.RunTask', args);
  }

  /** The attempt's own call tells when it has stopped. */
  cancelTask(attempt: number): void {
    if (this.isConnected)
      this.go('Worker.CancelTask', { attempt } satisfies CancelTaskArgs);
  }

  /** Makes sure that the output's file is in `folder`, where the master commits it. */
  async bringOutput(_output: TaskOutput, _folder: string): Promise<void> {}

  /** Ends the worker, because the run is over; resolves when it is gone, or out of reach. */
  abstract end(outcome: EndArgs['outcome']): Promise<void>;

  /** Ends the worker without a chance to say or clean up anything. */
  abstract kill(): void;

  /** Ends the connection, and with it all calls that wait. Idempotent. */
  protected async disconnect(): Promise<void> {
    await this.#client?.close();
  }

  /** Calls a method of the worker, with the run's token. */
  protected go<Reply>(method: string, args: object, deadlineMs?: number): Call<Reply> {
    if (!this.#client) throw new Error(`worker ${this.id} is not connected`);
    const options = deadlineMs === undefined ? {} : { deadlineMs };
    return this.#client.go(method, { ...args, token: this.#token }, options);
  }
}
