/**
 * Sorts ranges of bytes: a few bytes of each are one number, and numbers are sorted all at once;
 * ranges whose numbers are the same are sorted by their next bytes.
 *
 * Source: Bentley and Sedgewick, "Fast Algorithms for Sorting and Searching Strings", 1997:
 * what is known of a range is not compared again, and few ranges are sorted by insertion.
 */

/** A byte, or the end of the range, which comes before any byte. */
const digitValues = 257;
/** Whole numbers up to here are exact. */
const maxNumber = 2 ** 53;
/** So many are sooner sorted one by one. */
const fewRanges = 8;

/** Range `i` of `bytes` is from `starts[i]` to `starts[i + 1]` - 1. */
export interface Ranges {
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
}

/** Sorts the numbers of different ranges in place. */
export function sortRanges(ranges: Ranges, order: number[]): number[] {
  const numbers = new Float64Array(order.length);
  /** What is from `from` to `to` - 1 in order has its first `depth` bytes in common. */
  const unsorted = [{ from: 0, to: order.length, depth: 0 }];
  for (let run = unsorted.pop(); run; run = unsorted.pop()) {
    const { from, to, depth } = run;
    if (to - from <= fewRanges) {
      insertEach(ranges, order, from, to, depth);
      continue;
    }
    const known = depth + countCommon(ranges, order, from, to, depth);
    const { scale, digits } = chooseScale(to - from);
    const part = order.slice(from, to);
    const sorted = numbers.subarray(0, part.length);
    part.forEach((range, i) => {
      sorted[i] = numberOf(ranges, range, known, digits) * scale + i;
    });
    sorted.sort();
    for (let i = 0, same = 0; i < sorted.length; i++) {
      const number = Math.floor(sorted[i]! / scale);
      order[from + i] = part[sorted[i]! - number * scale]!;
      if (number === Math.floor((sorted[i + 1] ?? -1) / scale)) continue;
      if (i > same)
        unsorted.push({ from: from + same, to: from + i + 1, depth: known + digits });
      same = i + 1;
    }
  }
  return order;
}

/** A number of so many digits, times `scale`, leaves room for the place of each of `count`. */
function chooseScale(count: number): { scale: number; digits: number } {
  const scale = 2 ** Math.ceil(Math.log2(count));
  const digits = Math.floor(Math.log(maxNumber / scale) / Math.log(digitValues));
  return { scale, digits };
}

/** The range's bytes from `depth` on, as a number of so many digits. */
function numberOf(
  { bytes, starts }: Ranges,
  range: number,
  depth: number,
  digits: number,
): number {
  const end = starts[range + 1]!;
  let number = 0;
  for (let i = 0, at = starts[range]! + depth; i < digits; i++, at++) {
    number = number * digitValues + (at < end ? bytes[at]! + 1 : 0);
  }
  return number;
}

/** How many bytes from `depth` on all of them have in common. */
function countCommon(
  { bytes, starts }: Ranges,
  order: readonly number[],
  from: number,
  to: number,
  depth: number,
): number {
  const first = starts[order[from]!]! + depth;
  let count = starts[order[from]! + 1]! - first;
  for (let i = from + 1; i < to && count > 0; i++) {
    const start = starts[order[i]!]! + depth;
    count = Math.min(count, starts[order[i]! + 1]! - start);
    let same = 0;
    while (same < count && bytes[first + same] === bytes[start + same]) same++;
    count = same;
  }
  return count;
}

function insertEach(
  ranges: Ranges,
  order: number[],
  from: number,
  to: number,
  depth: number,
): void {
  for (let i = from + 1; i < to; i++) {
    const range = order[i]!;
    let at = i;
    for (; at > from && compare(ranges, range, order[at - 1]!, depth) < 0; at--) {
      order[at] = order[at - 1]!;
    }
    order[at] = range;
  }
}

/** Below zero: `a` comes before `b`. Both have their first `depth` bytes in common. */
function compare({ bytes, starts }: Ranges, a: number, b: number, depth: number): number {
  const [endOfA, endOfB] = [starts[a + 1]!, starts[b + 1]!];
  let i = starts[a]! + depth;
  let j = starts[b]! + depth;
  while (i < endOfA && j < endOfB && bytes[i] === bytes[j]) {
    i++;
    j++;
  }
  if (i === endOfA || j === endOfB) return endOfA - i - (endOfB - j);
  return bytes[i]! - bytes[j]!;
}
