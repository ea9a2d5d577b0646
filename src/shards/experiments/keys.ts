/**
 * Which machine each message is for: every id equally often, or some far more often than
 * others, as with words in a text or visitors of a site.
 *
 * Source: George Zipf, "Human Behavior and the Principle of Least Effort", 1949: the k-th
 * commonest is named in proportion to 1/k.
 */

export const distributions = ['uniform', 'Zipf'] as const;

export type Distribution = (typeof distributions)[number];

/** So many ids out of `idCount`; the same for the same random numbers. */
export function drawIds(
  distribution: Distribution,
  count: number,
  idCount: number,
  random: () => number,
): string[] {
  const weights = Array.from({ length: idCount }, (_, i) =>
    distribution === 'uniform' ? 1 : 1 / (i + 1),
  );
  let total = 0;
  const totals = weights.map((weight) => (total += weight));
  return Array.from({ length: count }, () => {
    const at = random() * total;
    return `sensor-${findFirstAbove(totals, at)}`;
  });
}

/** The first whose running total is more than `at`. */
function findFirstAbove(totals: readonly number[], at: number): number {
  let low = 0;
  let high = totals.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((totals[middle] as number) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
