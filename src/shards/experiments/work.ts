/**
 * Work that takes a processor and nothing else: so many steps of a generator of random
 * numbers, none of which can be left out.
 *
 * Source: George Marsaglia, "Xorshift RNGs", 2003.
 */

/** Returns the last number: whoever has it knows that all steps were made. */
export function spin(steps: number): number {
  let state = 2463534242;
  for (let i = 0; i < steps; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state >>> 0;
}
