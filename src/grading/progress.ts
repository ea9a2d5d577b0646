/**
 * What a student has reached so far, kept in `exercises/.progress/`. It is a convenience and
 * no proof: whoever gives marks grades again. Nothing here ever stops a grading.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chalkStderr as chalk } from 'chalk';
import { type CheckResult, earnedPoints, totalPoints } from './check.ts';
import { root } from './manifest.ts';

export interface ExerciseProgress {
  readonly bestPoints: number;
  /** Moments as ISO 8601. */
  readonly lastGradedAt?: string;
  readonly passedAt?: string;
  /** How many hints of each check have been shown. */
  readonly hints: Readonly<Record<string, number>>;
  /** The solution was looked at before the exercise was passed. */
  readonly peekedAt?: string;
}

type Progress = Readonly<Record<string, ExerciseProgress>>;

const nothing: ExerciseProgress = { bestPoints: 0, hints: {} };

/** The progress of all exercises, in a file of this folder. Reads it anew each time. */
export class ProgressFile {
  readonly folder: string;
  readonly #file: string;

  constructor(folder = join(root, 'exercises', '.progress')) {
    this.folder = folder;
    this.#file = join(folder, 'progress.json');
  }

  of(name: string): ExerciseProgress {
    const progress = this.#read();
    return Object.hasOwn(progress, name) ? { ...nothing, ...progress[name] } : nothing;
  }

  hasPassed(name: string): boolean {
    return this.of(name).passedAt !== undefined;
  }

  /** Remembers a complete grading at `now`. */
  recordGrading(name: string, results: readonly CheckResult[], now: Date): void {
    const before = this.of(name);
    const points = earnedPoints(results);
    const hasPassed = points === totalPoints(results);
    this.#write(name, {
      ...before,
      bestPoints: Math.max(before.bestPoints, points),
      lastGradedAt: now.toISOString(),
      ...(hasPassed && { passedAt: before.passedAt ?? now.toISOString() }),
    });
  }

  recordHints(name: string, checkId: string, shown: number): void {
    const before = this.of(name);
    this.#write(name, { ...before, hints: { ...before.hints, [checkId]: shown } });
  }

  recordPeek(name: string, now: Date): void {
    const before = this.of(name);
    this.#write(name, { ...before, peekedAt: before.peekedAt ?? now.toISOString() });
  }

  #read(): Progress {
    if (!existsSync(this.#file)) return {};
    try {
      const progress: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      if (isProgress(progress)) return progress;
    } catch (error) {
      if (!(error instanceof SyntaxError)) return {};
    }
    this.#setAside();
    return {};
  }

  /** What cannot be read is kept: a person may still read it. */
  #setAside(): void {
    const aside = freshName((suffix) => join(this.folder, `unreadable${suffix}.json`));
    warn(
      `${this.#file} cannot be read; it is now ${aside}, and your progress begins anew`,
    );
    tryTo(() => renameSync(this.#file, aside));
  }

  /** Written aside and renamed: a reader sees the old or the new, never a half. */
  #write(name: string, progress: ExerciseProgress): void {
    const text = JSON.stringify({ ...this.#read(), [name]: progress }, null, 2);
    const temporary = join(this.folder, `progress.${process.pid}.tmp`);
    tryTo(() => {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(temporary, `${text}\n`);
      renameSync(temporary, this.#file);
    });
  }
}

/** The first name that nothing has yet, with the suffixes '', '-2', '-3' and so on. */
export function freshName(nameWith: (suffix: string) => string): string {
  let name = nameWith('');
  for (let n = 2; existsSync(name); n++) name = nameWith(`-${n}`);
  return name;
}

function isProgress(value: unknown): value is Progress {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (entry) =>
      typeof entry?.bestPoints === 'number' &&
      typeof entry.hints === 'object' &&
      entry.hints !== null &&
      Object.values(entry.hints).every((count) => typeof count === 'number'),
  );
}

function tryTo(act: () => void): void {
  try {
    act();
  } catch (error) {
    warn(`your progress is not kept: ${(error as Error).message}`);
  }
}

function warn(sentence: string): void {
  console.error(chalk.yellow(`warning: ${sentence}`));
}
