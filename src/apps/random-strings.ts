/**
 * The input of `target-count.ts`, which exists nowhere but is made where it is read: string
 * number i of a seed is always the same. So a task is told two numbers, and no master ever
 * sends a string.
 *
 * Source: document "process-rpc", `num_strings`, `max_string_length`, `num_target_words`.
 */

const letters = 26;
const firstLetter = 0x61;
const newline = 0x0a;
/** Letters in one number of `mix`: 26 to the power of 6 is less than 2 to the power of 32. */
const lettersPerDraw = 6;

/** Strings number `from` to `to` - 1, each of 1 to `maxLength` letters. */
export function listStrings(
  seed: number,
  maxLength: number,
  from: number,
  to: number,
): string[] {
  return writeStrings(seed, maxLength, from, to).split('\n').slice(0, -1);
}

/** The same as one text, with a newline behind each string. */
export function writeStrings(
  seed: number,
  maxLength: number,
  from: number,
  to: number,
): string {
  const bytes = Buffer.allocUnsafe((to - from) * (maxLength + 1));
  let end = 0;
  for (let i = from; i < to; i++) {
    let state = mix(seed ^ mix(i));
    const length = 1 + (state % maxLength);
    let draw = 0;
    for (let n = 0; n < length; n++) {
      if (n % lettersPerDraw === 0) draw = state = mix(state + n);
      bytes[end++] = firstLetter + (draw % letters);
      draw = Math.floor(draw / letters);
    }
    bytes[end++] = newline;
  }
  return bytes.toString('latin1', 0, end);
}

/** `count` different words of `length` letters. There must be so many. */
export function listTargets(seed: number, count: number, length: number): string[] {
  const words = new Set<string>();
  let state = mix(~seed);
  while (words.size < count) {
    let word = '';
    for (let n = 0; n < length; n++) {
      state = mix(state + n);
      word += String.fromCharCode(firstLetter + (state % letters));
    }
    words.add(word);
  }
  return [...words];
}

/** The plainest way to count, for comparison: of each target, the strings that contain it. */
export function countPlainly(
  strings: readonly string[],
  targets: readonly string[],
  counts: number[],
): void {
  for (const text of strings) {
    for (let i = 0; i < targets.length; i++) {
      if (text.includes(targets[i] as string)) counts[i] = (counts[i] as number) + 1;
    }
  }
}

/** A well-mixed 32-bit number for each number. Source: the finaliser of MurmurHash3. */
function mix(number: number): number {
  let hash = Math.imul(number + 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 15)) >>> 0;
}
