/**
 * Names of exercises as people type them: read, and where there is no such exercise, answered
 * with the one that was meant or with all there are.
 */
import {
  type ExerciseName,
  exerciseNames,
  isExerciseName,
  parseTarget,
} from '../grading/manifest.ts';
import { UsageError } from './command.ts';

/** Reads the argument `<name|all>`, also `exercises/cristian`; throws a UsageError. */
export function parseExercise(target: string): ExerciseName | 'all' {
  if (target === 'all') return target;
  const parsed = parseTarget(target);
  const name = parsed?.tree === 'exercises' ? parsed.name : target;
  if (isExerciseName(name)) return name;
  throw unknownExercise(target, ['all', ...exerciseNames]);
}

/** `there is no exercise cristain; did you mean cristian?`, or which ones there are. */
export function unknownExercise(
  text: string,
  names: readonly string[] = exerciseNames,
): UsageError {
  const [, folder = '', name = ''] = /^(.*\/)?([^/]*)\/?$/.exec(text) ?? [];
  const meant = findSimilar(name, names);
  const answer = meant
    ? `did you mean ${folder}${meant}?`
    : `there are ${names.join(', ')}`;
  return new UsageError(`there is no exercise ${text}; ${answer}`);
}

/** The name that somebody meant who began it, or mistyped a third of its letters at most. */
function findSimilar(text: string, names: readonly string[]): string | undefined {
  const typed = text.toLowerCase();
  const isBeginning = (name: string) => typed.length >= 3 && name.startsWith(typed);
  const isClose = (name: string) => countEdits(typed, name) <= name.length / 3;
  return names.find(isBeginning) ?? names.find(isClose);
}

/** Letters to be put in, left out or changed. Source: V. Levenshtein, 1966. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const changed = (row[j] as number) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}
