/** The workers that join a run of the soak: processes of their own, each behind a link. */
import { type Link, openLink } from '../cli/link.ts';
import type { Exit, Processes, Program } from './processes.ts';

/** A worker that cannot reach its master any more tries so long. */
const retryForS = 4;

interface Joiner {
  readonly program: Program;
  readonly link: Link;
  /** True: it sends itself SIGKILL after so many tasks. */
  readonly isToFail: boolean;
  /** Perhaps so early that it did not know yet what to do about it. */
  isInterrupted?: boolean;
  exit?: Exit;
}

export class Joiners {
  readonly #processes: Processes;
  readonly #token: string;
  readonly #all: Joiner[] = [];
  readonly #doomed = new Set<number>();
  #starting: Promise<void>[] = [];
  /** Where the master listens now. */
  address = '';

  constructor(processes: Processes, token: string) {
    this.#processes = processes;
    this.#token = token;
  }

  /** The run's fault plan has SIGKILL for this process, which it sends itself. */
  expectEnd(pid: number): void {
    this.#doomed.add(pid);
  }

  get programs(): readonly Program[] {
    return this.#all.map(({ program }) => program);
  }

  get haveFailing(): boolean {
    return this.#all.some(({ isToFail }) => isToFail);
  }

  /** True: one of these ended by SIGKILL, and so could not tidy up. */
  wasKilled(pid: number): boolean {
    const joiner = this.#all.find(({ program }) => program.pid === pid);
    return joiner?.exit?.signal === 'SIGKILL';
  }

  join(failAfter: number | undefined): void {
    this.#starting.push(this.#start(failAfter));
  }

  /** The one that is here longest; false: there is none. */
  leave(signal: 'SIGINT' | 'SIGKILL'): boolean {
    const first = this.#all.find(({ exit }) => exit === undefined);
    if (!first) return false;
    if (signal === 'SIGINT') first.isInterrupted = true;
    return this.#processes.signal(first.program.pid, signal);
  }

  drop(how: 'cut' | 'freeze'): void {
    for (const { link } of this.#all) link[how]();
  }

  restore(): void {
    for (const { link } of this.#all) link.restore();
  }

  /** Resolves with what is wrong about their ends, when all of them have come. */
  async finish(mayEndThemselves: boolean): Promise<string[]> {
    await Promise.all(this.#starting);
    const complaints: string[] = [];
    for (const joiner of this.#all) {
      const { code, signal } = await joiner.program.exited;
      joiner.link.close();
      if (code === 0 || code === 130 || this.#isExplained(joiner, signal)) continue;
      if (mayEndThemselves && signal === 'SIGKILL') continue;
      const last = joiner.program.log.at(-1) ?? '';
      if (code === 1 && /^error: [^\n]+$/.test(last)) continue;
      complaints.push(`a joined worker ended with ${signal ?? `exit code ${code}`}`);
    }
    return complaints;
  }

  /** Ended by a signal that was meant for it. */
  #isExplained({ program, isToFail, isInterrupted }: Joiner, signal: string | null) {
    if (signal === 'SIGINT') return isInterrupted === true;
    if (signal !== 'SIGKILL') return false;
    const { pid } = program;
    return isToFail || this.#doomed.has(pid) || this.#processes.wasKilled(pid);
  }

  async #start(failAfter: number | undefined): Promise<void> {
    const link = await openLink(() => this.address);
    const failing = failAfter === undefined ? [] : ['--fail-after', String(failAfter)];
    const program = this.#processes.start('worker', [
      ...['--master', link.address, '--token', this.#token],
      ...['--retry-for-s', String(retryForS), ...failing],
    ]);
    const joiner: Joiner = { program, link, isToFail: failAfter !== undefined };
    this.#all.push(joiner);
    void program.exited.then((exit) => {
      joiner.exit = exit;
    });
  }
}
