/**
 * A reader of the event stream: what the accepted attempts say of themselves, each task
 * counted exactly once, however often it was executed. At the end of the run these are its
 * totals.
 *
 * Source: OSDI '04, section 4.9: "the master eliminates the effects of duplicate executions".
 */
import type { MapOutput, StreamEntry, TaskOutput, TaskRef } from './events.ts';
import { nobody } from './scheduler-state.ts';
import type { SkippedKey } from './task.ts';
import { addTotals, type Totals } from './totals.ts';

/** A bad record that the accepted attempts have left out. */
export interface SkippedInput {
  readonly map: number;
  readonly offset: number;
  /** How it begins, quoted. */
  readonly start: string;
  /** What became of the last attempt that did not leave it out. */
  readonly error: string;
}

/** A bad key, with all its values, that they have left out. */
export interface SkippedValues extends SkippedKey {
  readonly reduce: number;
  readonly error: string;
}

interface Accepted {
  readonly task: TaskRef;
  readonly worker: number;
  readonly output: TaskOutput;
}

export class RunTotals {
  readonly #outputs = new Map<string, Accepted>();
  /** Of what accepted reduce attempts have read: on their own worker's disk, and elsewhere. */
  readonly bytesRead = { local: 0, remote: 0 };
  readonly #errors = new Map<string, string>();

  read(entry: StreamEntry): void {
    switch (entry.type) {
      case 'reuse':
        this.#outputs.set(nameOf(entry.task), { ...entry, worker: nobody });
        break;
      case 'accept':
        this.#outputs.set(nameOf(entry.task), entry);
        this.#countRead(entry);
        break;
      case 'skip-record':
        this.#errors.set(`${entry.task.index} ${entry.offset}`, entry.error);
        break;
      case 'skip-key':
        this.#errors.set(nameKey(entry.task.index, entry.key), entry.error);
        break;
      case 'worker-lost':
      case 'inputs-lost':
      case 'reopen-stage':
        for (const { task } of entry.requeued) this.#outputs.delete(nameOf(task));
        break;
    }
  }

  /** In the order of the input. */
  listSkipped(): SkippedInput[] {
    return this.#listMaps().flatMap(({ map, output }) =>
      (output.skipped ?? []).map((record) => {
        const error = this.#errors.get(`${map} ${record.offset}`) ?? '';
        return { map, ...record, error };
      }),
    );
  }

  /** In the order of the output. */
  listSkippedKeys(): SkippedValues[] {
    return [...this.#outputs.values()]
      .flatMap(({ task: { index: reduce }, output }) => {
        const skipped = output.kind === 'reduce' ? (output.skipped ?? []) : [];
        return skipped.map((one) => {
          const error = this.#errors.get(nameKey(reduce, one.key)) ?? '';
          return { reduce, ...one, error };
        });
      })
      .sort((a, b) => a.reduce - b.reduce);
  }

  /** For each map task, where the records begin that it has left out. */
  listSkips(mapTasks: number): number[][] {
    const skips: number[][] = Array.from({ length: mapTasks }, () => []);
    for (const { map, offset } of this.listSkipped()) skips[map]?.push(offset);
    return skips;
  }

  /** Of the accepted map tasks: where their input was read, and what of it was moved. */
  countMapInput(): { local: number; remote: number; movedBytes: number } {
    const moved = this.#listMaps().map(({ output }) => output.movedBytes ?? 0);
    const remote = moved.filter((bytes) => bytes > 0).length;
    const movedBytes = moved.reduce((sum, bytes) => sum + bytes, 0);
    return { local: moved.length - remote, remote, movedBytes };
  }

  add(): Totals {
    return addTotals([...this.#outputs.values()].map(({ output }) => output));
  }

  #countRead({ task, worker }: Accepted): void {
    if (task.kind !== 'reduce') return;
    for (const { output, worker: holder } of this.#outputs.values()) {
      if (output.kind !== 'map') continue;
      const bytes = output.regions[task.index]?.bytes ?? 0;
      this.bytesRead[holder === worker ? 'local' : 'remote'] += bytes;
    }
  }

  #listMaps(): { map: number; output: MapOutput }[] {
    return [...this.#outputs.values()]
      .flatMap(({ task, output }) =>
        output.kind === 'map' ? [{ map: task.index, output }] : [],
      )
      .sort((a, b) => a.map - b.map);
  }
}

function nameKey(reduce: number, key: string): string {
  return `key ${reduce} ${key}`;
}

function nameOf({ kind, index }: TaskRef): string {
  return `${kind} ${index}`;
}
