/**
 * How far a grading is, on stderr: a line that changes where there is a terminal, a line for
 * each exercise where there is none. One exercise alone needs neither.
 */
import { chalkStderr as chalk } from 'chalk';
import { truncate } from '../grading/formats/columns.ts';
import { type GradedExercise, pointsOf } from '../grading/graded.ts';
import { toLine } from '../grading/plain-text.ts';

const barWidth = 24;

type LogUpdate = ReturnType<typeof import('log-update').createLogUpdate>;

export class GradeProgress {
  readonly #total: number;
  #done = 0;
  readonly #running = new Set<string>();
  readonly #stream = process.stderr;
  /** Set on a terminal only. */
  #line: LogUpdate | undefined;

  constructor(total: number) {
    this.#total = total;
  }

  async open(): Promise<void> {
    if (!this.#stream.isTTY || this.#total === 1) return;
    const { createLogUpdate } = await import('log-update');
    this.#line = createLogUpdate(this.#stream);
  }

  begin(who: string | undefined, exercise: string): void {
    this.#running.add(nameOf(who, exercise));
    this.#draw();
  }

  end(who: string | undefined, graded: GradedExercise): void {
    const name = nameOf(who, graded.name);
    this.#running.delete(name);
    this.#done += 1;
    this.#draw();
    if (this.#line || this.#total === 1) return;
    const { earned, total } = pointsOf([graded]);
    const outcome =
      graded.kind === 'graded' ? `${earned} of ${total} points` : 'not graded';
    this.#stream.write(`${this.#done} of ${this.#total}  ${name}: ${outcome}\n`);
  }

  /** Leaves nothing of it on the screen. */
  close(): void {
    this.#line?.clear();
    this.#line?.done();
  }

  #draw(): void {
    if (!this.#line) return;
    const filled = Math.floor((barWidth * this.#done) / this.#total);
    const bar =
      chalk.green('█'.repeat(filled)) + chalk.dim('░'.repeat(barWidth - filled));
    const count = ` ${this.#done} of ${this.#total} graded `;
    const room = (this.#stream.columns ?? 80) - barWidth - count.length - 2;
    const names = truncate([...this.#running].join(', '), Math.max(room, 1));
    this.#line(`${bar}${count} ${chalk.dim(names)}`);
  }
}

function nameOf(who: string | undefined, exercise: string): string {
  return who === undefined ? exercise : `${toLine(who)}, ${exercise}`;
}
