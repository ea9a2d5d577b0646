/**
 * The processes of one run. All of them, whoever started them, inherit a variable with a value
 * that nobody else has: so none is overlooked, and no stranger gets a signal.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');
const markName = 'SOAK_MARK';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Program {
  readonly pid: number;
  /** What it has said on stderr, line by line, so far. */
  readonly log: readonly string[];
  stdout(): string;
  /** Resolves when it has ended and all that it said is here. */
  readonly exited: Promise<Exit>;
}

export interface Processes {
  /** Starts a command of `src/cli/` as the leader of a group of its own. */
  start(name: string, args: readonly string[], onLine?: (line: string) => void): Program;
  /** Sends a signal, if the process is one of these and still there. True: it was sent. */
  signal(pid: number, signal: NodeJS.Signals): boolean;
  /** The same to all of its group, if it is one of these. */
  signalGroup(leader: number, signal: NodeJS.Signals): boolean;
  isOurs(pid: number): boolean;
  /** True: it was sent SIGKILL. */
  wasKilled(pid: number): boolean;
  /** Those that are left: `1234 T node worker-main.cjs …`. */
  list(): string[];
  /** SIGKILL to all, and to whoever is started from now on. */
  end(): void;
}

/** Relative paths of the commands begin in `folder`; temporary files are in `temporary`. */
export function createProcesses(
  folder: string,
  temporary: string,
  mark: string,
): Processes {
  const env = { ...cleanEnvironment(), TMPDIR: temporary, [markName]: mark };
  const isOurs = (pid: number) =>
    read(`/proc/${pid}/environ`).split('\0').includes(`${markName}=${mark}`);
  const listPids = () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter(isOurs);
  const killed = new Set<number>();
  let isOver = false;
  const signal = (pid: number, name: NodeJS.Signals) => {
    if (!isOurs(pid)) return false;
    if (name === 'SIGKILL') killed.add(pid);
    return send(pid, name);
  };
  return {
    start(name, args, onLine = () => {}) {
      const start = join(root, 'src/cli/start.cjs');
      const child = spawn(process.execPath, [start, name, ...args], {
        ...{ cwd: folder, env, detached: true },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      if (isOver) child.kill('SIGKILL');
      return watch(child, onLine);
    },
    signal,
    signalGroup: (leader, name) => isOurs(leader) && send(-leader, name),
    isOurs,
    wasKilled: (pid) => killed.has(pid),
    list: () => listPids().map(describe),
    end: () => {
      isOver = true;
      for (const pid of listPids()) signal(pid, 'SIGKILL');
    },
  };
}

/** Not as npm starts things: the soak itself runs under npm. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter(
    (name) => !/^npm_|^INIT_CWD$|^VITEST|^FORCE_COLOR$|^NODE_OPTIONS$/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

function watch(child: ChildProcess, onLine: (line: string) => void): Program {
  const log: string[] = [];
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  const lines = createInterface({ input: child.stderr as NodeJS.ReadableStream });
  lines.on('line', (line) => {
    log.push(line);
    onLine(line);
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { pid: child.pid as number, log, stdout: () => stdout, exited };
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Its state, as `ps` shows it, and its command line. */
function describe(pid: number): string {
  const [, state = '?'] = /\) (\w)/.exec(read(`/proc/${pid}/stat`)) ?? [];
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
  return `${pid} ${state} ${command.slice(0, 300)}`;
}

/** A process may end while it is being looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
