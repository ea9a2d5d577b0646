/**
 * The other end of experiment 2: it takes a message and says how long it was, so that the
 * message is carried once and the answer is small.
 */

/** What is sent; the field's name is one that gob sends. */
export interface SizedMessage {
  readonly Text: string;
}

export function answer(message: unknown): number {
  return (message as SizedMessage).Text.length;
}
