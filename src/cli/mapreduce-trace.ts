/**
 * `--trace <file>`: remembers the event stream and writes the run down as a trace when it is
 * over, however it ended. Whether the file can be written is known before the run starts.
 */
import type { StreamEntry } from '../mapreduce/events.ts';
import { createTrace } from '../mapreduce/trace.ts';
import { OutputFile } from './output-file.ts';

export class TraceFile {
  readonly #file: OutputFile;
  readonly #entries: StreamEntry[] = [];

  /** Throws a UsageError where nothing can be written. */
  constructor(path: string) {
    this.#file = new OutputFile(path, `--trace ${path}`);
  }

  /** Of heartbeats and ticks only the last is kept: it tells how long the run has lasted. */
  read(entry: StreamEntry): void {
    const last = this.#entries.at(-1)?.type;
    if (last === 'heartbeat' || last === 'tick') this.#entries.pop();
    this.#entries.push(entry);
  }

  /** Returns false, and says why, where the disk refuses it after all. */
  write(job: string): boolean {
    return this.#file.tryToWrite(`${JSON.stringify(createTrace(this.#entries, job))}\n`);
  }
}
