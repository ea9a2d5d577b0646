/**
 * Grades one file of one exercise, in a process of its own that can be killed: an endless loop
 * is a failed check with a clear sentence, not a terminal that hangs.
 */
import { type CheckResult, type Explanation, ReplayCodeError } from './check.ts';
import { ConfinedProcess } from './confined-process.ts';
import type { GradeMessage } from './grade-child.ts';
import type { Replay } from './run-checks.ts';
import {
  explainExit,
  explainStall,
  maxSilenceMs,
  type Stall,
  StallJudge,
} from './stall.ts';
import { showPath } from './student-error.ts';
import { StudentOutput } from './student-output.ts';

/** Until the child has loaded the grader: our own work, on a machine that may be busy. */
const startTimeoutMs = 30_000;

/** What a grading may be asked for beyond its usual work. */
export interface GradeOptions {
  /** Run this schedule of this check, and nothing else. */
  readonly replay?: Replay | undefined;
  /** Ends the grading at once; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Where what the student's code prints goes; by default to stderr, as log. */
  readonly print?: ((text: string) => void) | undefined;
}

/**
 * Resolves with one result per check, in order, whatever the student's code does; with
 * `replay` there is one result. Rejects with a ReplayCodeError when the code to be replayed
 * means nothing, and with another error when the grader itself is at fault.
 */
export async function gradeFile(
  graderFile: string,
  file: string,
  options: GradeOptions = {},
): Promise<CheckResult[]> {
  options.signal?.throwIfAborted();
  const { replay } = options;
  const args = replay ? [replay.checkId, replay.code] : [];
  const confined = await ConfinedProcess.start(graderFile, file, args).catch((error) => {
    throw new Error(`the grader failed: ${error.message}`);
  });
  return new Grading(confined, file, options).run();
}

class Grading {
  readonly #process: ConfinedProcess;
  #all: readonly CheckResult[] = [];
  readonly #results = new Map<string, CheckResult>();
  #current: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #judge = new StallJudge();
  #stall: Stall | undefined;
  readonly #file: string;
  #refusal: string | undefined;
  #defect: string | undefined;
  readonly #options: GradeOptions;

  constructor(confined: ConfinedProcess, file: string, options: GradeOptions) {
    this.#process = confined;
    this.#file = file;
    this.#options = options;
  }

  async run(): Promise<CheckResult[]> {
    const { child } = this.#process;
    // What the student prints is log; the results go to stdout.
    const print = this.#options.print ?? ((text) => void process.stderr.write(text));
    const output = new StudentOutput((text) => print(this.#process.nameSources(text)));
    for (const stream of [child.stdout, child.stderr]) if (stream) output.follow(stream);
    child.on('message', (message) => this.#hear(this.#nameSources(message)));
    this.#restartTimer(startTimeoutMs);
    const { signal: abort } = this.#options;
    const kill = () => this.#process.kill();
    abort?.addEventListener('abort', kill);
    if (abort?.aborted) kill();
    try {
      const { code, signal } = await this.#process.over();
      abort?.throwIfAborted();
      output.end();
      if (this.#refusal !== undefined) throw new ReplayCodeError(this.#refusal);
      if (this.#all.length > 0) return this.#collect(code, signal);
      throw new Error(`the grader failed: ${this.#defect ?? signal ?? code}`);
    } finally {
      clearTimeout(this.#timer);
      abort?.removeEventListener('abort', kill);
    }
  }

  #nameSources(message: unknown): GradeMessage {
    return JSON.parse(JSON.stringify(message), (_key, value) =>
      typeof value === 'string' ? this.#process.nameSources(value) : value,
    );
  }

  /** Only what the grader itself says, in its order, moves the grading on. */
  #hear(message: GradeMessage): void {
    this.#restartTimer(maxSilenceMs);
    if (message.type === 'pulse') {
      const stall = this.#judge.judge(message.pulse);
      if (stall) this.#stop(stall);
      return;
    }
    this.#judge.stepForward();
    if (message.type === 'checks') this.#all = message.all;
    else if (message.type === 'broken') this.#defect = message.why;
    else if (message.type === 'begin') this.#current = message.id;
    else if (message.type === 'refused') this.#refusal = message.why;
    else if (message.type === 'end') this.#results.set(message.result.id, message.result);
  }

  #restartTimer(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stop('loops'), ms);
  }

  #stop(stall: Stall): void {
    this.#stall ??= stall;
    this.#process.kill();
  }

  /** Every check has its line, also those that the process did not live to see. */
  #collect(code: number | null, signal: string | null): CheckResult[] {
    const { replay } = this.#options;
    const asked = this.#all.filter(({ id }) => !replay || id === replay.checkId);
    const isOpen = ({ id }: CheckResult) => !this.#results.has(id);
    const current = asked.find((check) => check.id === this.#current && isOpen(check));
    const interrupted = (current ?? asked.find(isOpen))?.id;
    return asked.map(({ id, sentence, slide, points }): CheckResult => {
      const known = this.#results.get(id);
      if (known) return known;
      const check = { id, sentence, slide, points };
      if (id !== interrupted) return { ...check, status: 'waits', on: interrupted ?? '' };
      return { ...check, status: 'fail', explanation: this.#explainEnd(code, signal) };
    });
  }

  #explainEnd(code: number | null, signal: string | null): Explanation {
    const isLoading = this.#current === undefined;
    const did = isLoading ? `loaded ${showPath(this.#file)}` : 'ran your code';
    // Source: Node's exit codes: 13 is a top-level await that can never be resolved.
    const stall = this.#stall ?? (code === 13 ? 'waits' : undefined);
    if (stall) return { ...explainStall(stall, this.#file, did), isUnjudged: true };
    return {
      did,
      saw: `it ended the whole process: ${signal ?? `exit code ${code}`}`,
      expected: 'functions return or throw; they do not end the process',
      mistake: explainExit(this.#file),
      isUnjudged: true,
    };
  }
}
