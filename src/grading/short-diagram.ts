/**
 * A diagram as far as a person reads it: what goes round and round is shown a few times, and of
 * what is still too long the beginning and the end. Knows nothing of what the lines mean.
 */

/** Lines that are shown of the beginning and of the end: two screens at most. */
const shownLines = { first: 28, last: 8 };
/** Lines that may repeat together. */
const maxPeriod = 8;
/** Of what repeats, so many at the beginning, and the last one. */
const shownRounds = 2;

/** The diagram, shorter where nothing new happens in it. */
export function shortenDiagram(diagram: string): string {
  return leaveOutMiddle(foldRounds(diagram.split('\n'))).join('\n');
}

/** Lines that say the same but for numbers are the same. */
function foldRounds(lines: readonly string[]): string[] {
  const kinds = lines.map((line) =>
    line.trim().replace(/\d+/g, '0').replace(/[─ ]+/g, ' '),
  );
  const shown: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const { period, rounds } = findRounds(kinds, at);
    const leftOut = rounds - shownRounds - 1;
    if (leftOut * period <= 1) {
      shown.push(lines[at] as string);
      at += 1;
      continue;
    }
    const end = at + period * rounds;
    shown.push(
      ...lines.slice(at, at + shownRounds * period),
      `  … ${leftOut} more ${leftOut === 1 ? 'round' : 'rounds'} …`,
      ...lines.slice(end - period, end),
    );
    at = end;
  }
  return shown;
}

/** How often what begins here comes one after the other; once: nothing repeats. */
function findRounds(kinds: readonly string[], at: number) {
  for (let period = 1; period <= maxPeriod; period++) {
    let end = at + period;
    while (end < kinds.length && kinds[end] === kinds[end - period]) end++;
    const rounds = Math.floor((end - at) / period);
    if (rounds > shownRounds + 1) return { period, rounds };
  }
  return { period: 1, rounds: 1 };
}

function leaveOutMiddle(lines: readonly string[]): readonly string[] {
  const { first, last } = shownLines;
  const leftOut = lines.length - first - last;
  if (leftOut <= 1) return lines;
  const gap = `  … ${leftOut} lines are left out …`;
  return [...lines.slice(0, first), gap, ...lines.slice(-last)];
}
