/**
 * The errors of a remote call, sorted by the one question that matters after a failure:
 * may the method have run? A definite error answers it; an indefinite one cannot.
 *
 * Source: slides, "Go's net/rpc is at-most-once"; the split into definite and indefinite
 * is Maelstrom's.
 */

import type { Limits } from './limits.ts';

/** What `Call.error` holds. Every subclass says whether the outcome is known. */
export abstract class RpcError extends Error {
  /** True: the outcome is known. False: the method may or may not have run. */
  abstract readonly isDefinite: boolean;
}

/** The server answered with an error: the method ran and failed, or was refused and never ran. */
export class ServerError extends RpcError {
  override readonly name = 'ServerError';
  readonly isDefinite = true;
  /** JSON-RPC 2.0 error code; -32000 where a method failed by itself. */
  readonly code: number;

  constructor(message: string, code = methodFailed) {
    super(message);
    this.code = code;
  }
}

/**
 * The method ran and succeeded, and its reply does not fit the type that the caller gave.
 * Ours, not Go's: Go's client is dead after that; ours goes on.
 */
export class UnreadableReplyError extends RpcError {
  override readonly name = 'UnreadableReplyError';
  readonly isDefinite = true;
}

/** The args never left this process (cannot be encoded, or too large): the method did not run. */
export class NotSentError extends RpcError {
  override readonly name = 'NotSentError';
  readonly isDefinite = true;
}

/** The connection ended before the reply came: the method may have run, or not, or half. */
export class ConnectionLostError extends RpcError {
  override readonly name = 'ConnectionLostError';
  readonly isDefinite = false;
}

/** We stopped waiting (deadline, or signal): the reply may still come, and nobody will see it. */
export class AbandonedError extends RpcError {
  override readonly name = 'AbandonedError';
  readonly isDefinite: boolean;

  constructor(message: string, wasSent: boolean, cause?: unknown) {
    super(message, { cause });
    this.isDefinite = !wasSent;
  }
}

/**
 * The client is closed. A call made after that was never sent, so its error is definite;
 * a call that was waiting for its reply when `close()` came has an indefinite one.
 */
export class ShutdownError extends RpcError {
  override readonly name = 'ShutdownError';
  readonly isDefinite: boolean;

  constructor(wasSent: boolean, cause?: unknown) {
    super('connection is shut down', { cause });
    this.isDefinite = !wasSent;
  }
}

/** `dial` or `listen` could not do what it was asked; `code` is the system's, like ECONNREFUSED. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** The object given to `register` is no service. The texts are Go's, adapted to classes. */
export class RegistrationError extends Error {
  override readonly name = 'RegistrationError';
}

/** The peer sent something that no well-behaved peer sends; the connection ends. */
export class ProtocolError extends Error {
  override readonly name: string = 'ProtocolError';
}

/** The peer sent more than a limit allows; `limit` says which. */
export class LimitError extends ProtocolError {
  override readonly name = 'LimitError';
  readonly limit: keyof Limits;

  constructor(limit: keyof Limits, message: string) {
    super(`${message} (${limit})`);
    this.limit = limit;
  }
}

/** JSON-RPC 2.0 leaves -32000 to -32099 to servers; we need only the first. */
export const methodFailed = -32000;
/** Source: JSON-RPC 2.0, section 5.1. */
export const methodNotFound = -32601;
export const invalidParams = -32602;

/** The longest error message that crosses the wire, in characters. */
const maxMessageLength = 8192;

/**
 * What the wire may know of whatever was thrown: the message alone, cut where it is long. A
 * stack is for this side's log. Never throws.
 */
export function describeError(error: unknown): string {
  try {
    const message = error instanceof Error ? error.message : error;
    if (typeof message === 'string') return message.slice(0, maxMessageLength);
  } catch {
    // A getter that throws: there is nothing to tell.
  }
  return 'the method failed';
}
