/**
 * From milliseconds to pixels: the picture's axis, and how high its lanes are.
 */

export interface Scale {
  /** What the whole width stands for. */
  readonly domainMs: number;
  readonly width: number;
  readonly laneHeight: number;
  readonly ticks: readonly number[];
  x(ms: number): number;
}

/**
 * A run that goes on gets an axis with room to spare, which changes rarely: bars that have
 * their place then keep it from frame to frame.
 */
export function layOut(
  width: number,
  lanes: number,
  endMs: number,
  isOver: boolean,
): Scale {
  const domainMs = isOver
    ? Math.max(endMs * 1.04, 1)
    : roundUp(Math.max(endMs * 1.1, 500));
  const step = roundUp((domainMs * 110) / Math.max(width, 1));
  const count = Math.floor(domainMs / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => i * step);
  const laneHeight = lanes <= 5 ? 46 : lanes <= 9 ? 36 : 26;
  return { domainMs, width, laneHeight, ticks, x: (ms) => (ms / domainMs) * width };
}

/** The next of 1, 2, 5, 10, 20, … milliseconds. */
function roundUp(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(ms));
  return ([1, 2, 5, 10].find((n) => n * power >= ms * 0.999) as number) * power;
}
