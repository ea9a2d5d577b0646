/**
 * The processes of the benchmark: made ready once, started, asked in JSON lines, and all ended
 * whatever happens. Knows nothing of what they measure.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

const folder = import.meta.dirname;
const running = new Set<ChildProcess>();

/** One process that answers each line it is sent with one line, a JSON object. */
export interface Program {
  /** Resolves with the next line it says. Rejects with its last words if it ends instead. */
  hear<Answer>(): Promise<Answer>;
  ask<Answer>(question: object): Promise<Answer>;
  /** Resolves when the process is gone. Idempotent. */
  stop(): Promise<void>;
}

/** Starts `command`, on the given processor only where one is given. */
export function startProgram(
  [file, ...args]: readonly string[],
  processor?: number,
): Program {
  const pinned = processor === undefined ? [] : ['taskset', '-c', String(processor)];
  const [program, ...rest] = [...pinned, file as string, ...args] as [
    string,
    ...string[],
  ];
  const child = spawn(program, rest, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, BENCH_FOLDER: folder },
  });
  running.add(child);
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    lastWords = (lastWords + text).slice(-2000);
  });
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = once(child, 'close').finally(() => running.delete(child));
  const hear = async () => {
    const { value, done } = await lines.next();
    if (!done) return JSON.parse(value);
    await closed;
    throw new Error(lastWords.trim() || 'the process ended without a word');
  };
  return {
    hear,
    ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return hear();
    },
    async stop() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** For signals: takes no leave. What waits for an answer is then told that there is none. */
export function killPrograms(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** How to start what this benchmark starts. */
export interface Commands {
  /** A file of this folder, without `.ts`. */
  node(name: string, ...args: readonly string[]): string[];
  /** Undefined: Go is not installed. */
  readonly go: ((...args: readonly string[]) => string[]) | undefined;
  /** Removes what was built. */
  remove(): void;
}

/**
 * Bundles the Node programs, so that no compiler runs, or takes memory, in what is measured;
 * builds the Go program, a package of the folder `go`, where Go is installed.
 */
export async function buildPrograms(
  names: readonly string[],
  goPackage = '.',
): Promise<Commands> {
  const built = mkdtempSync(join(tmpdir(), 'bench-'));
  await build({
    entryPoints: names.map((name) => join(folder, `${name}.ts`)),
    outdir: built,
    outbase: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  const goProgram = join(built, 'go-peer');
  const isGoBuilt = buildGo(goProgram, goPackage);
  return {
    node: (name, ...args) => [process.execPath, join(built, `${name}.mjs`), ...args],
    go: isGoBuilt ? (...args) => [goProgram, ...args] : undefined,
    remove: () => rmSync(built, { recursive: true, force: true }),
  };
}

function buildGo(output: string, goPackage: string): boolean {
  try {
    const args = ['build', '-o', output, goPackage];
    execFileSync('go', args, { cwd: join(folder, 'go') });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** The processors this process may use; empty where they cannot be chosen. */
export function listProcessors(): number[] {
  const status = '/proc/self/status';
  const paths = (process.env.PATH ?? '').split(':');
  if (!existsSync(status) || !paths.some((path) => existsSync(join(path, 'taskset')))) {
    return [];
  }
  const ranges = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync(status, 'utf8'))?.[1];
  return (ranges ?? '').split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
