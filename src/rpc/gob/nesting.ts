/**
 * How deep values may nest. Encoding and decoding call themselves once a level, so whatever
 * the limits say, JavaScript's stack has the last word.
 */
import { LimitError } from '../errors.ts';
import type { Limits } from '../limits.ts';

/** Even with `limits: false`: a stack that overflows is no error one could answer with. */
const deepest = 1000;

export function chooseDepth(limits: Limits): number {
  return Math.min(limits.maxDepth, deepest);
}

export function tooDeep(maxDepth: number): LimitError {
  return new LimitError('maxDepth', `gob: nested deeper than ${maxDepth}`);
}
