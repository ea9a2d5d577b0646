/**
 * A worker that the master started itself: an operating-system process, and a connection to
 * it. Knows nothing of tasks or scheduling.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { tokenVariable } from './token.ts';
import type { WorkerConfig } from './wire.ts';
import { WorkerConnection } from './worker-connection.ts';

export class WorkerProcess extends WorkerConnection {
  /** Resolves with how the process ended: `exit code 1`, `SIGKILL`. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;

  /** `onLine` gets every line that the process prints, on either stream. */
  constructor(workerMain: string, config: WorkerConfig, onLine: (line: string) => void) {
    super(config.worker, config.token);
    const { token, ...told } = config;
    // There are as many workers as processors: threads that collect garbage beside them are in
    // the way. A flag for the heap's size would cost more: with one, V8 refuses the code of
    // Node's own modules that Node brings along compiled, in every thread.
    const args = ['--single-threaded-gc', workerMain, JSON.stringify(told)];
    // #region start
    this.#child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Everybody here may read a command line; an environment, only its owner.
      env: { ...process.env, [tokenVariable]: token },
    });
    // #endregion
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', onLine);
    }
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  async end(): Promise<void> {
    this.kill();
    await this.exited;
  }

  /** SIGKILL: the process gets no chance to say or clean up anything. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
