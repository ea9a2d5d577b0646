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
import { currentExercise, progressFile } from './exercise.ts';

/** The table of all exercises in the order of the lecture, as of `now`. */
export function formatProgress(now: Date): string {
  const next = currentExercise();
  const passed = unsolvedNames.filter((name) => progressFile.hasPassed(name)).length;
  const header = `   ${'exercise'.padEnd(14)}${'best'.padStart(8)}  ${'last graded'.padEnd(16)}  builds on`;
  return [
    chalk.dim(header),
    ...unsolvedNames.map((name) => formatRow(name, now)),
    '',
    `${passed} of ${unsolvedNames.length} passed`,
    ...(next ? [`Next: ${entryOf(next).title}: npm test exercises/${next}`] : []),
    ...exerciseNames
      .filter((name) => entryOf(name).isSolved)
      .map((name) => chalk.dim(`Solved, to show how all are done: exercises/${name}`)),
  ].join('\n');
}

function formatRow(name: ExerciseName, now: Date): string {
  const { bestPoints, lastGradedAt, passedAt, peekedAt } = progressFile.of(name);
  const { points, prerequisites } = entryOf(name);
  const mark = passedAt ? chalk.green('✓') : bestPoints > 0 ? '·' : ' ';
  const best = `${bestPoints}/${points}`.padStart(8);
  const last = describeMoment(lastGradedAt, now).padEnd(16);
  const peeked = peekedAt ? chalk.dim(' (solution seen first)') : '';
  return ` ${mark} ${name.padEnd(14)}${best}  ${last}  ${prerequisites.join(', ')}${peeked}`.trimEnd();
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
