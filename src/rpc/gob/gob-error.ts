/**
 * A value and a type that do not fit each other: the sender's mistake, or a disagreement
 * between two programs. The bytes themselves are in order, and the stream goes on. Bytes that
 * no encoder writes are a ProtocolError instead.
 */

/** The texts are Go's wherever Go has one. */
export class GobError extends Error {
  override readonly name = 'GobError';
}

/** Go's text for a number that its variable cannot hold; `name` is the field's, or the type's. */
export function outOfRange(name: string): GobError {
  return new GobError(`value for "${name}" out of range`);
}
