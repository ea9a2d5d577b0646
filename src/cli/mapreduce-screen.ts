/**
 * What a person sees while a job runs, on stderr: the story line by line and, on a terminal,
 * the progress of both phases below it. Not a terminal: the lines alone, all of them.
 */
import { chalkStderr as chalk } from 'chalk';
import type { StreamEntry } from '../mapreduce/events.ts';
import { RunTotals } from '../mapreduce/run-totals.ts';
import { type Activity, Tally } from '../mapreduce/tally.ts';
import { nameTask, tell } from './mapreduce-story.ts';

const redrawMs = 60;
const barWidth = 24;
/** Heartbeats that must be missing before a person is told. */
const heartbeatsMissed = 2.5;
/** Re-executions told one by one after a loss; the progress shows the others. */
const toldReExecutions = 4;

type LogUpdate = ReturnType<typeof import('log-update').createLogUpdate>;

interface Totals {
  readonly map: number;
  readonly reduce: number;
}

export class Screen {
  readonly tally: Tally;
  readonly totals = new RunTotals();
  readonly #totals: Totals;
  readonly #isVerbose: boolean;
  readonly #silentAfterMs: number;
  #toldReExecutions = 0;
  readonly #stream = process.stderr;
  /** Set on a terminal only. */
  #progress: LogUpdate | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    totals: Totals,
    workers: number,
    { verbose: isVerbose, heartbeatMs }: { verbose: boolean; heartbeatMs: number },
  ) {
    this.#totals = totals;
    this.#silentAfterMs = heartbeatsMissed * heartbeatMs;
    this.#isVerbose = isVerbose || !this.#stream.isTTY;
    this.tally = new Tally(workers);
  }

  /** Begins to draw the progress, where there is a terminal to draw on. */
  async open(): Promise<void> {
    if (!this.#stream.isTTY) return;
    // Loaded here, so that a run without a terminal starts sooner.
    const { createLogUpdate } = await import('log-update');
    this.#progress = createLogUpdate(this.#stream);
    this.#timer = setInterval(() => this.#progress?.(this.#draw()), redrawMs).unref();
  }

  show(entry: StreamEntry): void {
    this.tally.read(entry);
    this.totals.read(entry);
    const line = tell(entry);
    if (line !== undefined && (this.#isVerbose || !this.#isRoutine(entry)))
      this.print(line);
  }

  /** The progress below shows who runs what: few assignments need a line of their own. */
  #isRoutine(entry: StreamEntry): boolean {
    if (entry.type === 'worker-lost') this.#toldReExecutions = 0;
    if (entry.type !== 'start-attempt') return false;
    if (entry.backup) return false;
    return !entry.isReExecution || ++this.#toldReExecutions > toldReExecutions;
  }

  /** Prints a line above the progress. */
  print(line: string): void {
    this.#progress?.clear();
    this.#stream.write(`${line}\n`);
    this.#progress?.(this.#draw());
  }

  /** Leaves the last state of the progress on the screen. */
  close(): void {
    clearInterval(this.#timer);
    this.#progress?.(this.#draw());
    this.#progress?.done();
  }

  #draw(): string {
    const workers = [...this.tally.activities].map(([id, activity]) => {
      const silenceMs = this.tally.silenceMs(id);
      const isSilent = silenceMs > this.#silentAfterMs && activity !== 'lost';
      const silence = isSilent
        ? chalk.red(` silent ${Math.floor(silenceMs / 1000)} s`)
        : '';
      return `worker ${id} ${drawActivity(activity)}${silence}`;
    });
    return [
      this.#drawPhase('map'),
      this.#drawPhase('reduce'),
      workers.join(chalk.dim(' | ')),
    ].join('\n');
  }

  #drawPhase(phase: 'map' | 'reduce'): string {
    const total = this.#totals[phase];
    const done = this.tally.completed[phase];
    const filled = total === 0 ? 0 : Math.round((barWidth * done) / total);
    const bar =
      chalk.green('█'.repeat(filled)) + chalk.dim('░'.repeat(barWidth - filled));
    return `${phase.padEnd(6)} ${bar} ${done} of ${total} completed`;
  }
}

function drawActivity(activity: Activity): string {
  if (typeof activity === 'object') return chalk.cyan(nameTask(activity));
  return activity === 'lost' ? chalk.red('lost') : chalk.dim(activity);
}
