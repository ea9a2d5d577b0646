/**
 * One clock for all processes of this machine: on Linux `process.hrtime` reads
 * CLOCK_MONOTONIC, which counts from the start of the machine, so that stamps of two processes
 * can be subtracted.
 *
 * Simplification: on other systems that is true as well today, and nobody promises it.
 */

/** Microseconds; a double holds them to a fraction for years. */
export function nowUs(): number {
  return Number(process.hrtime.bigint()) / 1000;
}
