/**
 * The argument `<name|all>` of a command, read as the names of exercises.
 */
import {
  type ExerciseName,
  exerciseNames,
  isExerciseName,
  parseTarget,
} from '../grading/manifest.ts';
import { UsageError } from './command.ts';

/** Also takes `exercises/cristian`. Throws a UsageError for what is no exercise. */
export function parseExercise(target: string): ExerciseName | 'all' {
  if (target === 'all') return target;
  const parsed = parseTarget(target);
  const name = parsed?.tree === 'exercises' ? parsed.name : target;
  if (isExerciseName(name)) return name;
  const known = exerciseNames.join(', ');
  throw new UsageError(`there is no exercise ${target}; there are all, ${known}`);
}
