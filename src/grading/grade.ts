/**
 * Grades one file of one exercise, in a process of its own that can be killed: an endless loop
 * is a failed check with a clear sentence, not a terminal that hangs.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { CheckResult, Explanation } from './check.ts';
import type { GradeMessage } from './grade-child.ts';

/** Milliseconds of real time that one check may take; in virtual time a second is nothing. */
const checkTimeoutMs = 4000;
/** Until the child has loaded the grader: our own work, on a machine that may be busy. */
const startTimeoutMs = 30_000;

const child = join(import.meta.dirname, 'grade-child.ts');

/**
 * Resolves with one result per check, in order, whatever the student's code does. Rejects when
 * the grader itself is at fault.
 */
export async function gradeFile(
  graderFile: string,
  file: string,
  { isSilent = false }: GradeOptions = {},
): Promise<CheckResult[]> {
  return new Grading(graderFile, file, isSilent).run();
}

export interface GradeOptions {
  /** What the student's code prints is not shown: among many, nobody knows whose it is. */
  readonly isSilent?: boolean;
}

class Grading {
  readonly #process: ChildProcess;
  #all: readonly CheckResult[] = [];
  readonly #results = new Map<string, CheckResult>();
  #current: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasTimedOut = false;

  constructor(graderFile: string, file: string, isSilent: boolean) {
    this.#process = fork(child, [graderFile, file], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // What the student prints is log; the results go to stdout.
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (isSilent) stream?.resume();
      else forward(stream);
    }
  }

  run(): Promise<CheckResult[]> {
    this.#process.on('message', (message) => this.#hear(message as GradeMessage));
    this.#restartTimer(startTimeoutMs);
    const kill = () => this.#process.kill('SIGKILL');
    process.once('exit', kill);
    return new Promise((resolve, reject) => {
      this.#process.once('error', reject);
      this.#process.once('exit', (code, signal) => {
        clearTimeout(this.#timer);
        process.off('exit', kill);
        if (this.#all.length === 0)
          reject(new Error(`the grader failed: ${signal ?? code}`));
        else resolve(this.#collect(code, signal));
      });
    });
  }

  /** Only what the grader itself says, in its order, moves the grading on. */
  #hear(message: GradeMessage): void {
    if (message.type === 'checks') this.#all = message.all;
    else if (message.type === 'begin') this.#current = message.id;
    else if (message.type === 'end') this.#results.set(message.result.id, message.result);
    this.#restartTimer(checkTimeoutMs);
  }

  #restartTimer(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#hasTimedOut = true;
      this.#process.kill('SIGKILL');
    }, ms);
  }

  /** Every check has its line, also those that the process did not live to see. */
  #collect(code: number | null, signal: string | null): CheckResult[] {
    const interrupted = this.#current ?? this.#all[0]?.id;
    return this.#all.map(({ id, sentence, slide, points }): CheckResult => {
      const known = this.#results.get(id);
      if (known) return known;
      const check = { id, sentence, slide, points };
      if (id !== interrupted) return { ...check, status: 'waits', on: interrupted ?? '' };
      return { ...check, status: 'fail', explanation: this.#explainEnd(code, signal) };
    });
  }

  #explainEnd(code: number | null, signal: string | null): Explanation {
    const did = 'ran your code';
    const mistake = 'a loop that never ends, or a wait for something that never comes';
    if (this.#hasTimedOut) {
      const saw = `nothing for ${checkTimeoutMs / 1000} s: it was ended`;
      return { did, saw, expected: 'an answer', mistake };
    }
    // Source: Node's exit codes: 13 is a top-level await that can never be resolved.
    if (code === 13) {
      return {
        did,
        saw: 'it waits, and nothing is left to happen',
        expected: 'an answer',
        mistake,
      };
    }
    const saw = `it ended the whole process: ${signal ?? `exit code ${code}`}`;
    return {
      did,
      saw,
      expected: 'functions return or throw; they do not end the process',
    };
  }
}

/** Characters of a student's output that are shown; a loop that prints would fill a disk. */
const maxOutputLength = 65_536;

function forward(stream: Readable | null): void {
  let length = 0;
  stream?.setEncoding('utf8').on('data', (text: string) => {
    const room = maxOutputLength - length;
    length += text.length;
    if (room <= 0) return;
    process.stderr.write(text.slice(0, room));
    if (text.length >= room) process.stderr.write('\n… more output is not shown\n');
  });
}
