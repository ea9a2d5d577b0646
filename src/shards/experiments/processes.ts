/**
 * What this process and its children have used, as Linux tells it. On other systems nothing is
 * known, and nothing is shown.
 */
import { readFileSync } from 'node:fs';

/** Ticks of the kernel's clock for users; the same on all that Node runs on. */
const ticksPerSecond = 100;

/** Seconds of processor time of this process, its threads and its children. */
export function readProcessorSeconds(): number | undefined {
  const children = listChildren();
  if (children === undefined) return undefined;
  const { user, system } = process.cpuUsage();
  return children.reduce((sum, pid) => sum + secondsOf(pid), (user + system) / 1e6);
}

function listChildren(): number[] | undefined {
  try {
    const text = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return undefined;
  }
}

/** Of a process that has just ended: none. */
function secondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before the last bracket may hold anything; then come fields 3 and on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return 0;
  }
}

export interface Memory {
  readonly residentMiB: number;
  /** What it shares with no other process. */
  readonly ownMiB: number;
}

export function readMemory(pid: number): Memory | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const read = (name: string) =>
      Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
    return {
      residentMiB: read('Rss'),
      ownMiB: read('Private_Clean') + read('Private_Dirty'),
    };
  } catch {
    return undefined;
  }
}
