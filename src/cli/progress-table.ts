/**
 * All exercises in the order of the lecture, and how far the student is.
 */
import chalk from 'chalk';
import {
  type ExerciseName,
  entryOf,
  exerciseNames,
  unsolvedNames,
} from '../grading/manifest.ts';
import { currentExercise, progressFile, terminalWidth } from './exercise.ts';

/** Columns from which the table says what an exercise builds on. */
const minWidth = 70;

/** The table of all exercises in the order of the lecture, as of `now`. */
export function formatProgress(now: Date, width = terminalWidth()): string {
  const next = currentExercise();
  const passed = unsolvedNames.filter((name) => progressFile.hasPassed(name)).length;
  const header = `   ${'exercise'.padEnd(14)}${'best'.padStart(8)}  last graded`;
  const isWide = width >= minWidth;
  return [
    chalk.dim(isWide ? `${header.padEnd(43)}  builds on` : header),
    ...unsolvedNames.map((name) => formatRow(name, now, isWide)),
    '',
    `${passed} of ${unsolvedNames.length} passed`,
    ...(next ? [`Next: ${entryOf(next).title}: npm test exercises/${next}`] : []),
    ...exerciseNames
      .filter((name) => entryOf(name).isSolved)
      .map((name) => chalk.dim(`Solved, to show how all are done: exercises/${name}`)),
  ].join('\n');
}

function formatRow(name: ExerciseName, now: Date, isWide: boolean): string {
  const { bestPoints, lastGradedAt, passedAt, peekedAt } = progressFile.of(name);
  const { points, prerequisites } = entryOf(name);
  const mark = passedAt ? chalk.green('✓') : bestPoints > 0 ? '·' : ' ';
  const best = `${bestPoints}/${points}`.padStart(8);
  const last = describeMoment(lastGradedAt, now).padEnd(16);
  const builtOn = isWide ? prerequisites.join(', ') : '';
  const peeked = peekedAt ? chalk.dim(' (solution seen first)') : '';
  return ` ${mark} ${name.padEnd(14)}${best}  ${last}  ${builtOn}${peeked}`.trimEnd();
}

/** `today 14:05`, or `2024-02-15 14:05`, by the clock on the student's wall. */
function describeMoment(iso: string | undefined, now: Date): string {
  const moment = new Date(iso ?? Number.NaN);
  if (Number.isNaN(moment.getTime())) return 'never';
  const pad = (n: number) => String(n).padStart(2, '0');
  const time = `${pad(moment.getHours())}:${pad(moment.getMinutes())}`;
  if (moment.toDateString() === now.toDateString()) return `today ${time}`;
  const [month, day] = [pad(moment.getMonth() + 1), pad(moment.getDate())];
  return `${moment.getFullYear()}-${month}-${day} ${time}`;
}
