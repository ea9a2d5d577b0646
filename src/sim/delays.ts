/**
 * How long a message is under way: distributions of milliseconds, each drawn with the random
 * numbers that it is given, so that the same seed gives the same delays.
 */

/**
 * The delay of a message in milliseconds. `index` counts the messages of its direction over
 * all connections from 0; a double has the index of its original.
 */
export type Delay = (index: number, random: () => number) => number;

/** A constant; a list, one entry per message, of which the last one repeats; or a function. */
export type DelayChoice = number | readonly number[] | Delay;

export function toDelay(choice: DelayChoice): Delay {
  if (typeof choice === 'function') return choice;
  if (typeof choice === 'number') return () => choice;
  return (index) => choice[Math.min(index, choice.length - 1)] as number;
}

/** Whole milliseconds from `fromMs` to `toMs`, both included, each as likely as the others. */
export function uniform(fromMs: number, toMs: number): Delay {
  return (_index, random) => fromMs + Math.floor(random() * (toMs - fromMs + 1));
}

/** `minMs` that nothing can beat, and waiting in queues beyond it: many short, few long. */
export function exponential(meanMs: number, minMs = 0): Delay {
  return (_index, random) => minMs - (meanMs - minMs) * Math.log(1 - random());
}
