/** Starts a command of `src/cli/` as its users do, in a process of its own, and watches it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach } from 'vitest';

export const root = resolve(import.meta.dirname, '../..');

export interface Program {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves as soon as stdout and stderr together match; rejects if the program ends before. */
  prints(pattern: RegExp): Promise<RegExpMatchArray>;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
}

const running = new Set<ChildProcess>();
const markName = 'STARTED_BY_COMMAND';

/** For the environment: whoever the command starts, and whoever they start, inherits it. */
export function markBy(args: readonly string[]): Record<string, string> {
  return { [markName]: args.join(' ') };
}

afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
});

export function start(
  name: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Program {
  return watchNode([...listWords(name), ...args], env);
}

/** What `npm run <name>` gives to Node. */
export function listWords(name: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return scripts[name].replace(/^node /, '').split(' ');
}

/** Starts any TypeScript file, with its arguments. */
export function startNode(
  args: readonly string[],
  env: Record<string, string> = {},
): Program {
  return watchNode(['--import', 'tsx', ...args], env);
}

function watchNode(args: readonly string[], env: Record<string, string>): Program {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...cleanEnvironment(), ...env, ...markBy(args) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return watch(child);
}

/** Not as npm would start it: the tests themselves may run under `npm test`. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter(
    (name) => !/^npm_|^INIT_CWD$|^VITEST|^FORCE_COLOR$|^NO_COLOR$/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

export function watch(child: ChildProcess): Program {
  running.add(child);
  const text = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk) => {
      text[name] += chunk;
      for (const look of watchers) look();
    });
  }
  // Of a program that is not there: it ends at once, and says so.
  child.once('error', ({ message }) => {
    text.stderr += message;
  });
  const exited = new Promise<{ code: number | null; signal: string | null }>(
    (resolveExit) => {
      child.once('close', (code, signal) => {
        running.delete(child);
        resolveExit({ code, signal });
      });
    },
  );
  const prints = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolvePrint, reject) => {
      const look = () => {
        const match = (text.stdout + text.stderr).match(pattern);
        if (!match) return false;
        watchers.delete(look);
        resolvePrint(match);
        return true;
      };
      watchers.add(look);
      if (look()) return;
      void exited.then(() => {
        if (!look()) reject(new Error(`ended without ${pattern}: ${text.stderr}`));
      });
    });
  return {
    child,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    prints,
    exited,
  };
}

/** Starts a command and waits for its end. */
export async function run(
  name: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
) {
  return finish(start(name, args, env));
}

/** Runs any TypeScript file to its end. */
export function runNode(
  file: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
) {
  return finish(startNode([file, ...args], env));
}

async function finish(program: Program) {
  const { code, signal } = await program.exited;
  return { code, signal, stdout: program.stdout(), stderr: program.stderr() };
}

/**
 * Command lines of this machine's processes that contain `text`, or that a command has started
 * whose arguments contain it.
 */
export function listProcesses(text: string): string[] {
  const lines = existsSync('/proc/self') ? readProc() : readPs();
  // A compiler's process ends by itself, a moment after whoever has asked it.
  return lines.filter((line) => line.includes(text) && !line.includes('/esbuild --'));
}

/** Linux has no need of a program for this. A process may end while it is being looked at. */
function readProc(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const read = (name: string) =>
          readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0');
        const mark = read('environ').find((entry) => entry.startsWith(markName));
        return [[pid, ...read('cmdline'), mark ?? ''].join(' ')];
      } catch {
        return [];
      }
    });
}

function readPs(): string[] {
  const { stdout, error } = spawnSync('ps', ['-A', '-E', '-ww', '-o', 'pid=,args='], {
    encoding: 'utf8',
  });
  if (error) throw error;
  return stdout.split('\n');
}

/** Looks until `listProcesses` finds none; false: some are still there after `ms`. */
export function areGoneWithin(ms: number, text: string): boolean {
  const deadline = performance.now() + ms;
  while (listProcesses(text).length > 0) {
    if (performance.now() > deadline) return false;
  }
  return true;
}
