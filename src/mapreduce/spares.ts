/**
 * Processes that can become workers. A spare has started, has loaded its modules, and waits
 * until it is told which worker it is. So workers can start while their master still loads its
 * own modules: it takes as long, and there is more than one processor.
 *
 * Like Apache's spare servers, `StartServers` and `MinSpareServers`.
 */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { WorkerMain } from './bundle.ts';
import { withMallocTuning } from './malloc-tuning.ts';
import { tokenVariable } from './token.ts';
import type { WorkerConfig } from './wire.ts';

export class SpareProcess {
  /** Resolves with how the process ended: `exit code 1`, `SIGKILL`. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  readonly #instructions: Writable;

  /** `main` is what Node runs, with its arguments. */
  constructor(main: readonly string[]) {
    // A token of ours is not for the processes that a job may start.
    const { [tokenVariable]: _, ...own } = process.env;
    const env = withMallocTuning(own);
    // There are as many workers as processors: threads that collect garbage beside them are in
    // the way. A flag for the heap's size would cost more: with one, V8 refuses the code of
    // Node's own modules that Node brings along compiled, in every thread.
    const args = ['--single-threaded-gc', ...main];
    // #region start
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', 'pipe'];
    // Detached from the terminal: what Ctrl-C means is for the master to decide.
    this.#child = spawn(process.execPath, args, { stdio, env, detached: true });
    this.#instructions = this.#child.stdio[3] as Writable;
    // #endregion
    // Its death is told by `exited` alone.
    this.#instructions.on('error', () => {});
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Makes it a worker; `onLine` gets every line that it prints, on either stream. Once. */
  // #region tell
  tell(config: WorkerConfig, onLine: (line: string) => void): void {
    this.#instructions.end(JSON.stringify(config));
    // #endregion
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', onLine);
    }
  }

  /** SIGKILL: the process gets no chance to say or clean up anything. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Those of one run. `end` must follow. */
export class Spares {
  readonly #main: WorkerMain;
  readonly #waiting: SpareProcess[] = [];

  constructor(main: WorkerMain) {
    this.#main = main;
  }

  /** Starts so many, for later. */
  start(count: number): void {
    const { fromModules, fromSnapshot = fromModules } = this.#main;
    for (let i = 0; i < count; i++) this.#waiting.push(new SpareProcess(fromSnapshot));
  }

  /** The one that was started first, or else a new one: now it is the caller's to end. */
  take(): SpareProcess {
    const waiting = this.#waiting.splice(0).filter(({ hasEnded }) => !hasEnded);
    const spare = waiting.shift() ?? new SpareProcess(this.#main.fromModules);
    this.#waiting.push(...waiting);
    return spare;
  }

  /** Ends those that nobody has taken. */
  async end(): Promise<void> {
    const left = this.#waiting.splice(0);
    for (const spare of left) spare.kill();
    await Promise.all(left.map(({ exited }) => exited));
  }
}
