/**
 * What a worker's main thread sees of its task thread, which starts with the first task: one
 * attempt at a time, which can be cancelled. A cancelled attempt's thread is ended wherever it
 * is, and a new one started; the worker stays, and so do its heartbeats and its completed map
 * output.
 */
import { once } from 'node:events';
import type { Worker as Thread } from 'node:worker_threads';
import { readRecordNote } from './record-note.ts';
import { LocalDisk } from './stores/local-disk.ts';
import { preview, type TaskFailure } from './task-failure.ts';
import type { ThreadMessage } from './task-thread.ts';
import type { RunTaskArgs, RunTaskReply, StageWork, WorkerConfig } from './wire.ts';

export interface TaskRunnerEvents {
  /** The attempt stands still and waits for the end of the process. */
  readonly onFailpoint: (attempt: number) => void;
  /** The thread has ended by itself: the worker cannot go on. */
  readonly onEnd: (why: string) => void;
}

export class TaskRunner {
  #config: WorkerConfig;
  readonly #events: TaskRunnerEvents;
  #thread: Thread | undefined;
  #running: { args: RunTaskArgs; settle: (reply: RunTaskReply) => void } | undefined;
  /** Resolves, never rejects, when the thread that was asked for last is up. */
  #isUp: Promise<unknown> = Promise.resolve();
  #isStarting = false;

  constructor(config: WorkerConfig, events: TaskRunnerEvents) {
    this.#config = config;
    this.#events = events;
  }

  /** Starts the thread; resolves with why it refuses the job, or undefined. */
  async start(): Promise<string | undefined> {
    // Loaded when it is needed, and in no snapshot: threads of a process that has it from one do
    // not know where they are.
    const { Worker: Thread } = process.getBuiltinModule('node:worker_threads');
    const thread = new Thread(this.#config.startCompiled, {
      argv: [this.#config.taskThread],
      workerData: this.#config,
      // A loader that this process was started with is not for the thread.
      execArgv: [],
    });
    this.#thread = thread;
    thread.on('error', (error) => this.#crash(`its task thread crashed: ${error.stack}`));
    thread.on('exit', (code) => this.#crash(`its task thread exited with ${code}`));
    this.#isStarting = true;
    const [first] = (await once(thread, 'message').finally(() => {
      this.#isStarting = false;
    })) as [ThreadMessage];
    thread.on('message', (message: ThreadMessage) => this.#hear(message));
    return 'refused' in first ? first.refused : undefined;
  }

  /** Resolves when the attempt has ended: well, badly, or cancelled. */
  run(args: RunTaskArgs): Promise<RunTaskReply> {
    return new Promise((settle) => {
      this.#running = { args, settle };
      void this.#begin(args);
    });
  }

  /** An attempt that is cancelled while its job is being loaded never begins. */
  async #begin(args: RunTaskArgs): Promise<void> {
    const { work } = args;
    const isOfThisStage = !work || work.stage === this.#config.stage;
    if (!this.#thread || !isOfThisStage) {
      const why = await (isOfThisStage ? this.#replaceThread() : this.#takeUp(work));
      if (this.#running?.args !== args) return;
      if (why !== undefined) return this.#settle({ outcome: 'refused', why });
    }
    this.#thread?.postMessage(args);
  }

  /** From now on the thread runs tasks of this stage; resolves as `start` does. */
  #takeUp({ code: _, ...job }: StageWork): Promise<string | undefined> {
    this.#config = { ...this.#config, ...job };
    return this.#replaceThread();
  }

  /** Idempotent; an attempt that does not run here, or no longer, is none of its business. */
  async cancel(attempt: number): Promise<void> {
    const running = this.#running;
    if (running?.args.attempt !== attempt) return;
    this.#running = undefined;
    await this.#restart();
    running.settle({ outcome: 'cancelled' });
  }

  /**
   * The worker ends with its thread, unless it can say on which record that was: then it is
   * the attempt that has failed.
   */
  async #crash(why: string): Promise<void> {
    const running = this.#running;
    if (!running || !this.#config.notesRecords) return this.#events.onEnd(why);
    this.#running = undefined;
    const failure = { error: why, ...this.#blame(running.args) };
    await this.#restart();
    running.settle({ outcome: 'failed', failure });
  }

  #blame(args: RunTaskArgs): Omit<TaskFailure, 'error'> {
    const { runDir, worker } = this.#config;
    const noted = readRecordNote(new LocalDisk(runDir, worker).folder);
    if (noted?.attempt !== args.attempt) return { on: '' };
    const { offset, key } = noted;
    if (key !== undefined) return { on: `key ${preview(key)}`, key };
    if (args.kind !== 'map') return { on: '' };
    return { on: `record at byte ${offset} of ${args.split.name}`, offset };
  }

  async #restart(): Promise<void> {
    const refused = await this.#replaceThread();
    if (refused !== undefined) this.#events.onEnd(refused);
  }

  /** One after the other, whoever asks for it; who waits for a thread to be up still hears it. */
  #replaceThread(): Promise<string | undefined> {
    if (!this.#isStarting) this.#ignoreThread();
    const replaced = this.#isUp.then(async () => {
      await this.stop();
      return this.start();
    });
    this.#isUp = replaced.catch(() => {});
    return replaced;
  }

  /** Ends the thread, whatever it does. */
  async stop(): Promise<void> {
    this.#ignoreThread();
    await this.#thread?.terminate();
  }

  /** What it still says of itself, its end included, is nobody's business. */
  #ignoreThread(): void {
    this.#thread?.removeAllListeners();
    this.#thread?.on('error', () => {});
  }

  #hear(message: ThreadMessage): void {
    if ('failpoint' in message) this.#events.onFailpoint(message.attempt);
    if (!('reply' in message) || this.#running?.args.attempt !== message.attempt) return;
    this.#settle(message.reply);
  }

  #settle(reply: RunTaskReply): void {
    this.#running?.settle(reply);
    this.#running = undefined;
  }
}
