/**
 * The outputs of a run as its master sees them: where reducers find each map output, and the
 * output folder, in which a file is whole or not there.
 *
 * Source: OSDI '04, sections 3.2 and 3.3.3.
 */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Decision } from './events.ts';
import type { MasterOptions } from './master-options.ts';
import { nobody, type Task } from './scheduler-state.ts';
import { outputName } from './sequential.ts';
import { addressOfStore } from './stores/store.ts';

export class RunOutputs {
  readonly #options: MasterOptions;
  /** Where each registered worker serves its map output. */
  readonly #workers: ReadonlyMap<number, string>;
  /** Map output that is neither in the store nor with its worker. */
  readonly #kept = new Map<number, { attempt: number; address: string }>();

  constructor(options: MasterOptions, workers: ReadonlyMap<number, string>) {
    this.#options = options;
    this.#workers = workers;
    for (const { task, attempt, address } of options.completed ?? []) {
      if (address !== undefined) this.#kept.set(task.index, { attempt, address });
    }
  }

  /** Where a completed map task's output is: kept, in the store, or with its worker. */
  addressOf({ index, accepted }: Task): string | undefined {
    const kept = this.#kept.get(index);
    if (kept && kept.attempt === accepted?.attempt) return kept.address;
    const { config } = this.#options.store;
    return addressOfStore(config) ?? this.#workers.get(accepted?.worker ?? nobody);
  }

  /** Atomic rename, so a reader sees all of the output or none. Throws with the file's name. */
  commit({ attempt, task, output }: Decision & { type: 'accept' }): void {
    const { outputDir, keepMapOutput, keepReduceOutput } = this.#options;
    if (output.kind === 'map') {
      const address = keepMapOutput?.(task.index, attempt, output);
      if (address !== undefined) this.#kept.set(task.index, { attempt, address });
      return;
    }
    const name = outputName(task.index);
    try {
      renameSync(join(outputDir, output.file), join(outputDir, name));
      keepReduceOutput?.(task.index, attempt, output);
    } catch (error) {
      throw new Error(`output ${name} cannot be committed: ${(error as Error).message}`);
    }
  }

  /** A duplicate's file. */
  discard({ output }: Decision & { type: 'ignore' }): void {
    if (output.kind === 'map') return;
    rmSync(join(this.#options.outputDir, output.file), { force: true });
  }
}
