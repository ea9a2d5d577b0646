/**
 * Placeholder.
 */
import type { ClientCodec, ServerCodec } from '../codec.ts';
import type { Limits } from '../limits.ts';
export function createGobServerCodec(_l: Limits): ServerCodec {
  throw new Error('gob');
}
export function createGobClientCodec(_l: Limits): ClientCodec {
  throw new Error('gob');
}
