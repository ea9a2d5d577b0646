/**
 * What a worker's main thread sees of its task thread: one attempt at a time, which can be
 * cancelled. A cancelled attempt's thread is ended wherever it is, and a new one started; the
 * worker stays, and so do its heartbeats and its completed map output.
 */
import { once } from 'node:events';
import { Worker as Thread } from 'node:worker_threads';
import type { ThreadMessage } from './task-thread.ts';
import type { RunTaskArgs, RunTaskReply, WorkerConfig } from './wire.ts';

/** Node's own default, which a flag of this process takes away: a map function needs it. */
const maxYoungGenerationSizeMb = 48;

export interface TaskRunnerEvents {
  /** The attempt stands still and waits for the end of the process. */
  readonly onFailpoint: (attempt: number) => void;
  /** The thread has ended by itself: the worker cannot go on. */
  readonly onEnd: (why: string) => void;
}

export class TaskRunner {
  readonly #config: WorkerConfig;
  readonly #events: TaskRunnerEvents;
  #thread: Thread | undefined;
  #running: { attempt: number; settle: (reply: RunTaskReply) => void } | undefined;

  constructor(config: WorkerConfig, events: TaskRunnerEvents) {
    this.#config = config;
    this.#events = events;
  }

  /** Starts the thread; resolves with why it refuses the job, or undefined. */
  async start(): Promise<string | undefined> {
    // Its own arguments: a loader that this process was started with is not for the thread.
    const thread = new Thread(this.#config.taskThread, {
      workerData: this.#config,
      execArgv: ['--enable-source-maps'],
      resourceLimits: { maxYoungGenerationSizeMb },
    });
    this.#thread = thread;
    const { onEnd } = this.#events;
    thread.on('error', (error) => onEnd(`its task thread crashed: ${error.stack}`));
    thread.on('exit', (code) => onEnd(`its task thread exited with ${code}`));
    const [first] = (await once(thread, 'message')) as [ThreadMessage];
    thread.on('message', (message: ThreadMessage) => this.#hear(message));
    return 'refused' in first ? first.refused : undefined;
  }

  /** Resolves when the attempt has ended: well, badly, or cancelled. */
  run(args: RunTaskArgs): Promise<RunTaskReply> {
    return new Promise((settle) => {
      this.#running = { attempt: args.attempt, settle };
      this.#thread?.postMessage(args);
    });
  }

  /** Idempotent; an attempt that does not run here, or no longer, is none of its business. */
  async cancel(attempt: number): Promise<void> {
    const running = this.#running;
    if (running?.attempt !== attempt) return;
    this.#running = undefined;
    await this.stop();
    const refused = await this.start();
    if (refused !== undefined) this.#events.onEnd(refused);
    running.settle({ outcome: 'cancelled' });
  }

  /** Ends the thread, whatever it does. */
  async stop(): Promise<void> {
    this.#thread?.removeAllListeners();
    await this.#thread?.terminate();
  }

  #hear(message: ThreadMessage): void {
    if ('failpoint' in message) this.#events.onFailpoint(message.attempt);
    if (!('reply' in message) || this.#running?.attempt !== message.attempt) return;
    this.#running.settle(message.reply);
    this.#running = undefined;
  }
}
