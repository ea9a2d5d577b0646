/**
 * The process in which a student's code runs, and what it may do: read what its grading needs,
 * write into a folder of its own, start nothing. Nothing of it is left when it is over.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { atExit } from './at-exit.ts';
import { CompiledTree } from './compiled-tree.ts';
import { root } from './manifest.ts';
import { endMarked, markName } from './marked-processes.ts';

const child = join(import.meta.dirname, 'grade-child.ts');

/** What may still be in the pipes of a process that has ended; who keeps them open is cut off. */
const afterlifeMs = 1000;

export class ConfinedProcess {
  readonly child: ChildProcess;
  readonly #place: Place;
  readonly #mark: string;
  readonly #cancelEnd = atExit(() => this.#endNow());

  /** Rejects when the grader does not compile. */
  static async start(
    graderFile: string,
    file: string,
    args: readonly string[],
  ): Promise<ConfinedProcess> {
    const place = new Place();
    try {
      const grader = realName(graderFile);
      await place.tree.add([child, grader], false);
      // Before the student's file is added: what it imports changes no permission.
      const usesDebugger = place.tree.builtins.has('inspector');
      await place.tree.add([realName(file)], true);
      const files = [grader, realName(file)].map((name) => place.tree.placeOf(name));
      return new ConfinedProcess(place, [...files, ...args], usesDebugger);
    } catch (error) {
      place.remove();
      throw error;
    }
  }

  private constructor(place: Place, args: readonly string[], usesDebugger: boolean) {
    this.#place = place;
    this.#mark = randomUUID();
    const { work, tree } = place;
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    this.child = fork(tree.placeOf(child), args, {
      cwd: work,
      env: { ...env, TMPDIR: work, TMP: work, TEMP: work, [markName]: this.#mark },
      execArgv: [...permissions(place, usesDebugger), '--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
  }

  /** Messages of the process, with the names of files that people know. */
  nameSources(text: string): string {
    return this.#place.tree.nameSources(text);
  }

  /** Ends it at once; `over` says when it is. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /**
   * Resolves when it has ended and everything that it said has been read; a second later at
   * most, whoever else holds its pipes. Rejects when it could not be started.
   */
  async over(): Promise<{ code: number | null; signal: string | null }> {
    const closed = new Promise<void>((resolve) => this.child.once('close', resolve));
    try {
      await new Promise((resolve, reject) => {
        this.child.once('exit', resolve);
        this.child.once('error', reject);
      });
      await Promise.race([closed, patience()]);
      return { code: this.child.exitCode, signal: this.child.signalCode };
    } finally {
      this.#release();
    }
  }

  #release(): void {
    this.#cancelEnd();
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
    if (this.child.connected) this.child.disconnect();
    endMarked(this.#mark);
    this.#place.remove();
  }

  #endNow(): void {
    this.kill();
    endMarked(this.#mark);
  }
}

/** Real time, as a ceiling only; it keeps nobody waiting who has nothing else to do. */
function patience(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, afterlifeMs).unref());
}

/** The folders of one process: what it reads, and what it writes and works in. */
class Place {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'grading-')));
  readonly work = join(this.folder, 'work');
  readonly packages = realpathSync(join(root, 'node_modules'));
  readonly tree: CompiledTree;
  readonly #cancelRemoval = atExit(() => this.remove());

  constructor() {
    const code = join(this.folder, 'code');
    for (const folder of [this.work, code]) mkdirSync(folder);
    this.tree = new CompiledTree(code, this.packages);
  }

  /** What the student made cannot be removed, perhaps: it is temporary anyway. */
  remove(): void {
    this.#cancelRemoval();
    try {
      rmSync(this.folder, { recursive: true, force: true });
    } catch {}
  }
}

/**
 * Node's own permission model. It knows no debugger, which one grader needs: there the child
 * locks Node's modules itself, see `locked-builtins.ts`.
 */
function permissions({ tree, work, packages }: Place, usesDebugger: boolean): string[] {
  const known = process.allowedNodeEnvironmentFlags;
  const canDebug = known.has('--allow-inspector');
  if (usesDebugger && !canDebug) return [];
  return [
    known.has('--permission') ? '--permission' : '--experimental-permission',
    '--disable-warning=ExperimentalWarning',
    ...[tree.folder, work, packages].map((folder) => `--allow-fs-read=${folder}${sep}`),
    `--allow-fs-write=${work}${sep}`,
    ...(usesDebugger ? ['--allow-inspector'] : []),
  ];
}

function realName(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
