/**
 * Which process a number means: numbers are used again, so a process is known by its number
 * and the moment it began. Nobody is sent a signal who is not, for certain, the one meant.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  /** As the system tells it; equal only for the same process. */
  readonly began: string;
}

/** A process, for those who may be elsewhere: there its number means another one. */
export interface PlacedProcess extends ProcessIdentity {
  readonly host: string;
  /** Of process numbers: each container may have its own. Empty where there are none. */
  readonly namespace: string;
}

/** This process. */
export function identifySelf(): PlacedProcess {
  const self = identify(process.pid) ?? { pid: process.pid, began: '' };
  return { ...self, host: hostname(), namespace: readNamespace() };
}

/** True: whether it is alive, nobody can tell here. */
export function isElsewhere({ host, namespace }: PlacedProcess): boolean {
  return host !== hostname() || namespace !== readNamespace();
}

function readNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Undefined: there is no such process (any more). */
export function identify(pid: number): ProcessIdentity | undefined {
  const began = existsSync('/proc/self/stat') ? readProc(pid) : readPs(pid);
  return began === undefined ? undefined : { pid, began };
}

export function isAlive({ pid, began }: ProcessIdentity): boolean {
  return identify(pid)?.began === began;
}

/** Sends a signal to exactly this process; false: it has ended. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, name);
  } catch {
    return false;
  }
}

/** Field 22 of `stat`, after a name that may hold anything. A zombie has ended. */
function readProc(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function readPs(pid: number): string | undefined {
  const args = ['-o', 'lstart=', '-p', String(pid)];
  const { stdout } = spawnSync('ps', args, { encoding: 'utf8' });
  return stdout?.trim() || undefined;
}
