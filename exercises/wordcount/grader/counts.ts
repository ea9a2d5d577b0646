/**
 * The truth about words, how to show counts, and the mistakes that leave a signature in them.
 */
import { sampleInput, WordCountServer } from '../../../src/lecture/wordcount.ts';

export type Counts = Record<string, number>;

const reference = new WordCountServer();

/** What the lecture's own server replies. */
export function countTruly(input: string): Counts {
  return reference.Compute({ Input: input }).Counts;
}

/** Mistakes that leave a signature in the counts. */
export function recognise(input: string, saw: unknown): string | undefined {
  if (typeof saw !== 'object' || saw === null)
    return 'the reply is no object { Counts: … }';
  const words = Object.keys(saw);
  const truth = countTruly(input);
  if (isSame(saw, { ...countTruly(sampleInput), bye: 4 })) {
    return 'the result printed on the slide, which is wrong: count the byes';
  }
  if (words.length === 0 && input.trim() !== '') {
    return 'perhaps a Map, which JSON turns into {}: Object.fromEntries makes an object of it';
  }
  if (words.includes('')) {
    return "split(' '), which gives empty strings: Go's strings.Fields never does";
  }
  if (words.some((word) => /\s/.test(word)))
    return 'only some white space separates words';
  const lowered = Object.keys(truth).filter((word) => word !== word.toLowerCase());
  const isLowered = (word: string) =>
    words.includes(word.toLowerCase()) && !words.includes(word);
  if (lowered.length > 0 && lowered.every(isLowered)) {
    return 'words are changed to lower case: strings.Fields leaves them as they are';
  }
  if (Object.keys(truth).some((word) => word in {})) {
    return 'a plain {} already knows names like constructor and __proto__: a Map does not';
  }
  return undefined;
}

export function isSame(saw: unknown, expected: Counts): boolean {
  return typeof saw === 'object' && saw !== null && show(saw) === show(expected);
}

/** A value as JSON with sorted keys, own keys like __proto__ included. */
export function show(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value) ?? String(value);
  }
  const pairs = Object.entries(value).map(([key, item]) => `${show(key)}: ${show(item)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.sort().join(', ')} }`;
}
