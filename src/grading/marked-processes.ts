/**
 * Ends what a process has left behind, also what has left its group: all of its descendants
 * inherit a variable with a value that nobody else has. Where there is no /proc, none are found.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** The variable; its value is random. */
export const markName = 'GRADING_MARK';

/** Ends every process of ours with this mark, and the children it may start meanwhile. */
export function endMarked(mark: string): void {
  for (let round = 0; round < maxRounds; round++) {
    const marked = listMarked(mark);
    if (marked.length === 0) return;
    for (const pid of marked) endOne(pid);
  }
}

/** Each round finds what was started while the one before it was looking. */
const maxRounds = 20;

function listMarked(mark: string): number[] {
  const entry = `${markName}=${mark}`;
  return listPids().filter((pid) => {
    const isOther = pid !== process.pid;
    return isOther && read(`/proc/${pid}/environ`).split('\0').includes(entry);
  });
}

function listPids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Somebody else's environment cannot be read, nor that of a process that has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function endOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}
