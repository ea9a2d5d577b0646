/**
 * What somebody may have meant: the known name that is the fewest keystrokes away.
 */

/** Undefined: none is close enough to be a slip. */
export function closestName(typed: string, names: readonly string[]): string | undefined {
  const most = Math.max(2, Math.floor(typed.length / 3));
  const distances = names.map((name) => ({ name, distance: countEdits(typed, name) }));
  const [closest] = distances.sort((a, b) => a.distance - b.distance);
  return closest && closest.distance <= most ? closest.name : undefined;
}

/** Letters to add, drop or change. Source: Wagner and Fischer, 1974. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
