/**
 * An option that is a whole number, with its bounds in the sentence that refuses another.
 */
import { InvalidArgumentError } from 'commander';

export function count(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
