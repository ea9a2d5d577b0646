/**
 * `npm run watch`: grades an exercise whenever its file is saved. A thin shell around
 * `watch-state.ts`; where there is no terminal it prints each report as plain text.
 */
import { emitKeypressEvents, type Key } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import chalk from 'chalk';
import { earnedPoints, totalPoints } from '../grading/check.ts';
import { type ExerciseName, fileOf, unsolvedNames } from '../grading/manifest.ts';
import { wrap } from '../grading/report.ts';
import { createCommand, reportError, runCommand } from './command.ts';
import {
  chooseExercise,
  formatGrading,
  type Grading,
  gradeExercise,
  progressFile,
  readableWidth,
} from './exercise.ts';
import { type Page, showHint } from './next-hint.ts';
import { formatProgress } from './progress-table.ts';
import { resetExercise } from './stub-again.ts';
import { WatchScreen } from './watch-screen.ts';
import {
  beginWatching,
  type Size,
  step,
  type WatchAction,
  type WatchEvent,
} from './watch-state.ts';
import { WatchedFile } from './watched-file.ts';

class Watch {
  readonly #screen = new WatchScreen(process.stdout);
  #name: ExerciseName;
  #state;
  #file: WatchedFile;
  #running: AbortController | undefined;
  #last: Grading | undefined;
  #isOver = false;
  #finish: (exitCode: number) => void = () => {};

  constructor(name: ExerciseName) {
    this.#name = name;
    this.#state = beginWatching(name, nextAfter(name));
    this.#file = this.#watch();
  }

  /** Resolves with the exit code when the student quits. */
  run(): Promise<number> {
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#readKeys();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.on(signal, () => this.#handle({ type: 'key', key: 'ctrl-c' }));
      process.stdout.on('resize', () => this.#screen.draw(this.#state));
      this.#handle({ type: 'started' });
    });
  }

  #watch(): WatchedFile {
    const file = fileOf('exercises', this.#name);
    return new WatchedFile(file, () => this.#handle({ type: 'saved' }));
  }

  #readKeys(): void {
    const { stdin } = process;
    // Without a terminal there are no keys; the end of the input does not end the watch.
    if (!stdin.isTTY || !process.stdout.isTTY) return;
    emitKeypressEvents(stdin);
    stdin.setRawMode(true);
    stdin.on('keypress', (text: string | undefined, { ctrl, name }: Key) => {
      const key = ctrl && name === 'c' ? 'ctrl-c' : (text ?? '').toLowerCase();
      this.#handle({ type: 'key', key });
    });
  }

  #handle(event: WatchEvent): void {
    if (this.#isOver) return;
    const [state, ...actions] = step(this.#state, event);
    this.#state = state;
    this.#screen.draw(state);
    for (const action of actions) this.#act(action).catch((error) => this.#fail(error));
  }

  async #act(action: WatchAction): Promise<void> {
    if (action === 'grade') await this.#grade();
    else if (action === 'quit') this.#end(() => 0);
    else if (action === 'next') this.#goOn();
    else this.#handle({ type: 'told', text: await this.#tell(action) });
  }

  async #tell(action: 'hint' | 'list' | 'reset'): Promise<Page> {
    if (action === 'hint' && this.#last) {
      const hint = await showHint(this.#last);
      return (columns) => hint(readableWidth(columns));
    }
    if (action === 'list')
      return (columns) => wrapLines(formatProgress(new Date(), columns), columns);
    const text = action === 'reset' ? resetExercise(this.#name) : '';
    return (columns) => wrapLines(text, columns);
  }

  async #grade(): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    try {
      let printed = '';
      const grading = await gradeExercise(this.#name, {
        signal: running.signal,
        print: (text) => {
          printed += text;
        },
      });
      const hasPassed = earnedPoints(grading.results) === totalPoints(grading.results);
      this.#last = grading;
      const verdict = {
        report: (size: Size) => describe(grading, printed, size),
        hasPassed,
      };
      this.#handle({ type: 'graded', verdict });
    } catch (error) {
      // Saved again, or over: another grading runs, or none is wanted.
      if (!running.signal.aborted) throw error;
    }
  }

  #goOn(): void {
    this.#file.close();
    this.#name = this.#state.next as ExerciseName;
    this.#state = beginWatching(this.#name, nextAfter(this.#name));
    this.#file = this.#watch();
    this.#handle({ type: 'started' });
  }

  #fail(error: Error): void {
    this.#end(() => reportError(error));
  }

  /** Leaves the terminal as it was, then says what is left to be said. */
  #end(say: () => number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#running?.abort();
    this.#file.close();
    if (process.stdin.isTTY && process.stdin.isRaw) process.stdin.setRawMode(false);
    process.stdin.pause();
    this.#screen.close();
    this.#finish(say());
  }
}

function wrapLines(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => wrap(line, columns))
    .join('\n');
}

/** The report, and below it what the student's code has printed last. */
function describe(grading: Grading, printed: string, { columns, rows }: Size): string {
  const width = readableWidth(columns);
  const quoted = quoteEnd(printed, rows < 40 ? 3 : 8);
  const report = formatGrading(grading, { width, rows: rows - quoted.length });
  return [report, ...quoted].join('\n');
}

/** The last lines that the student's code has printed: the screen is ours. */
function quoteEnd(printed: string, count: number): string[] {
  const lines = stripVTControlCharacters(printed).trimEnd().split('\n');
  if (printed.trim() === '') return [];
  return [
    '',
    chalk.dim('printed by your code:'),
    ...lines.slice(-count).map((line) => `  ${line}`),
  ];
}

/** The first one after this, in the order of the lecture, that is not passed. */
function nextAfter(name: ExerciseName): string | undefined {
  const later = unsolvedNames.slice(unsolvedNames.indexOf(name) + 1);
  const earlier = unsolvedNames.filter(
    (other) => other !== name && !later.includes(other),
  );
  return [...later, ...earlier].find((other) => !progressFile.hasPassed(other));
}

await runCommand(
  createCommand('watch', 'Grades an exercise whenever you save it')
    .usage('[exercise]')
    .argument('[exercise]', 'default: the one graded last, if it is not passed')
    .action(async (text?: string) => {
      process.exit(await new Watch(chooseExercise(text)).run());
    }),
);
