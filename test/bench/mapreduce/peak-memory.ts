/**
 * The most memory that the processes of one run ever held: the kernel keeps the high-water mark
 * of each (VmHWM), and the last one seen before a process ended is taken.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Watch } from './timed-command.ts';

const intervalMs = 20;

/** Why peaks cannot be measured here; undefined: they can. */
export const peaksAbsence = existsSync('/proc/self/status')
  ? undefined
  : 'there is no /proc/<pid>/status';

export interface Peaks {
  readonly masterMiB: number;
  /** In the order in which they registered. */
  readonly workersMiB: readonly number[];
}

/** Watches a master, and the workers that its log tells of. */
export class PeakWatch implements Watch {
  readonly #peaksMiB = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;

  readonly onStart = (pid: number): void => {
    this.#peaksMiB.set(pid, 0);
    this.#timer = setInterval(() => this.#look(), intervalMs);
  };

  readonly onLine = (line: string): void => {
    const pid = /worker \d+ registered, process (\d+)/.exec(line)?.[1];
    if (pid !== undefined) this.#peaksMiB.set(Number(pid), 0);
  };

  /** Call it when the run is over, whatever came of it. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Throws where the log told of no worker: then nothing was measured. */
  read(): Peaks {
    const [masterMiB = 0, ...workersMiB] = this.#peaksMiB.values();
    if (workersMiB.length === 0) throw new Error('the log named no worker process');
    return { masterMiB, workersMiB };
  }

  #look(): void {
    for (const pid of this.#peaksMiB.keys()) {
      const peak = readPeakMiB(pid);
      if (peak !== undefined) this.#peaksMiB.set(pid, peak);
    }
  }
}

/** Undefined: the process has ended. */
function readPeakMiB(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
