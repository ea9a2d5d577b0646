/**
 * Whole commands, timed from spawn to exit: each leads a process group of its own, which ends
 * with it or with the benchmark, and keeps its temporary files where the benchmark removes them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The repository. */
export const root = resolve(import.meta.dirname, '../../..');

const running = new Set<ChildProcess>();

/** Without what would make every start of Node read certificates first: most machines have none. */
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

export interface Watch {
  readonly onStart?: (pid: number) => void;
  /** Sees each line of stderr, and when it came. */
  readonly onLine?: (line: string, seconds: number) => void;
}

export interface Finished {
  readonly seconds: number;
  readonly stdout: string;
}

/**
 * Resolves when the command has ended well; rejects with its last words otherwise. `scratch` is
 * where it puts its temporary files.
 */
export function runTimed(
  [file, ...args]: readonly string[],
  scratch: string,
  { onStart, onLine }: Watch = {},
): Promise<Finished> {
  const startMs = performance.now();
  const secondsNow = () => (performance.now() - startMs) / 1000;
  const child = spawn(file as string, args, {
    cwd: root,
    env: { ...environment, TMPDIR: scratch, NO_COLOR: '1', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  if (child.pid !== undefined) onStart?.(child.pid);
  const lastLines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > 5) lastLines.shift();
    onLine?.(line, secondsNow());
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  let seconds = 0;
  child.once('exit', () => {
    seconds = secondsNow();
  });
  return new Promise((resolveRun, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      if (code === 0) resolveRun({ seconds, stdout });
      else reject(new Error(`${signal ?? `exit ${code}`}: ${lastLines.join(' / ')}`));
    });
  });
}

/** Asks everything that runs to end: the masters, which end their workers, and pipelines. */
export function endCommands(): void {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGTERM');
    } catch {
      // It has just ended.
    }
  }
}
