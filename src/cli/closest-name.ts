/**
 * What somebody may have meant: the known name that is the fewest keystrokes away.
 */
import { closest, distance } from 'fastest-levenshtein';

/** Undefined: none is close enough to be a slip. */
export function closestName(typed: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const name = closest(typed, names);
  const most = Math.max(2, Math.floor(typed.length / 3));
  return distance(typed, name) <= most ? name : undefined;
}
