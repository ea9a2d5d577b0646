/**
 * What the master sees of one worker: an operating-system process that it started, and, once
 * the worker has registered, a connection to it. Knows nothing of tasks or scheduling.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Call, type Client, dial } from '../rpc/index.ts';
import type { CancelTaskArgs, RunTaskArgs, RunTaskReply, WorkerConfig } from './wire.ts';

export class WorkerProcess {
  readonly id: number;
  /** Resolves with how the process ended: `exit code 1`, `SIGKILL`. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  #client: Client | undefined;

  /** `onLine` gets every line that the process prints, on either stream. */
  constructor(workerMain: string, config: WorkerConfig, onLine: (line: string) => void) {
    this.id = config.worker;
    const args = ['--enable-source-maps', workerMain, JSON.stringify(config)];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', onLine);
    }
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  /** True once `connect` has succeeded. */
  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  /** Opens the master's own connection to the worker; resolves with what tells of its end. */
  async connect(address: string): Promise<{ closed: Promise<void> }> {
    this.#client = await dial(address);
    return { closed: this.#client.closed };
  }

  /** Pushes a task. Only after `connect`. */
  runTask(args: RunTaskArgs): Call<RunTaskReply> {
    if (!this.#client) throw new Error(`worker ${this.id} is not connected`);
    return this.#client.go('Worker.RunTask', args);
  }

  /** The attempt's own call tells when it has stopped. */
  cancelTask(attempt: number): void {
    this.#client?.go('Worker.CancelTask', { attempt } satisfies CancelTaskArgs);
  }

  /** SIGKILL: the process gets no chance to say or clean up anything. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
