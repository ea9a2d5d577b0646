/**
 * Work that takes a processor and nothing else: so many steps of a generator of random
 * numbers, none of which can be left out.
 *
 * Source: George Marsaglia, "Xorshift RNGs", 2003.
 */

/** A step takes about 2 ns. Returns the last number: it says that all steps were made. */
export function spin(steps: number): number {
  // An int32 from the start: otherwise V8 may take doubles for all of it, three times slower.
  let state = 2463534242 | 0;
  for (let i = 0; i < steps; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state >>> 0;
}
