/**
 * A worker that the master started itself: an operating-system process, and a connection to
 * it. Knows nothing of tasks or scheduling.
 */
import type { SpareProcess } from './spares.ts';
import type { WorkerConfig } from './wire.ts';
import { WorkerConnection } from './worker-connection.ts';

export class WorkerProcess extends WorkerConnection {
  readonly #process: SpareProcess;

  /** `onLine` gets every line that the process prints, on either stream. */
  constructor(spare: SpareProcess, config: WorkerConfig, onLine: (line: string) => void) {
    super(config.worker, config.token);
    this.#process = spare;
    spare.tell(config, onLine);
  }

  /** Resolves with how the process ended: `exit code 1`, `SIGKILL`. */
  get exited(): Promise<string> {
    return this.#process.exited;
  }

  async end(): Promise<void> {
    this.kill();
    await this.exited;
  }

  /** SIGKILL: the process gets no chance to say or clean up anything. */
  kill(): void {
    this.#process.kill();
  }
}
