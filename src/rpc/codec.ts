/**
 * What a wire format must be able to do, once for each end. A codec belongs to one connection
 * and keeps what that stream has said so far; it knows nothing of sockets, of pending calls or
 * of which methods exist.
 *
 * Source: Go net/rpc, ServerCodec and ClientCodec.
 */
import type { GoType } from './go-types.ts';
import type { Refusal } from './services.ts';

/** What a codec hands to the transport; texts and bytes in the order given, in one write. */
export type Frame = string | Uint8Array | readonly (string | Uint8Array)[];

/** One call as it was read: its name is known, its args are still in the codec's hands. */
export interface Request {
  readonly serviceMethod: string;
}

/** A frame that is not one plain call, as a JSON-RPC batch is: it answers itself by calling. */
export interface Batch {
  /** Never rejects. Undefined: no answer is owed. */
  answer(call: CallMethod): Promise<{ encode(): Frame } | undefined>;
}

/** Runs a method by its name; rejects with whatever the method throws. */
export type CallMethod = (
  serviceMethod: string,
  readArgs: (type: GoType | undefined) => unknown,
) => Promise<Reply | Refusal>;

/** What a method has returned, and the Go type it is written as, where there is one. */
export interface Reply {
  readonly value: unknown;
  readonly type: GoType | undefined;
}

/** The server's end. Bytes go in with `push`; requests come out of `readRequest`, in order. */
export interface ServerCodec {
  push(chunk: Buffer): void;
  /** True: the peer has begun a frame and owes us the rest of it. */
  readonly hasPartialFrame: boolean;
  /**
   * The next request; undefined: more bytes are needed. Throws a ProtocolError when the stream
   * cannot be read any further: the connection ends.
   */
  readRequest(): Request | Batch | undefined;
  /**
   * The args of the request just read, by `type` where there is one. Called at most once, and
   * before the next `readRequest`. Throws an Error whose message is the call's error; the
   * stream goes on.
   */
  readArgs(request: Request, type: GoType | undefined): unknown;
  /** Throws an Error when the reply cannot be encoded; the stream is as if never asked. */
  encodeReply(request: Request, reply: unknown, type: GoType | undefined): Frame;
  encodeError(request: Request, message: string, code: number): Frame;
  /** The last words to a peer that broke the protocol; undefined: Go hangs up in silence. */
  encodeFarewell(message: string): Frame | undefined;
}

/** One response as it was read: whose it is, and whether it is an error. */
export interface Response {
  readonly seq: number;
  /** Undefined: the call succeeded, and `readReply` has its reply. */
  readonly error: { readonly message: string; readonly code: number } | undefined;
}

/** The client's end. */
export interface ClientCodec {
  /** Throws an Error when the args cannot be encoded; the stream is as if never asked. */
  encodeRequest(
    seq: number,
    serviceMethod: string,
    args: unknown,
    type: GoType | undefined,
  ): Frame;
  push(chunk: Buffer): void;
  /** The next response; undefined: more bytes are needed. Throws a ProtocolError. */
  readResponse(): Response | undefined;
  /**
   * The reply of the response just read. Called at most once, before the next `readResponse`;
   * where it is not called (nobody waits), the reply is skipped. Throws an Error when the reply
   * does not fit `type`.
   */
  readReply(response: Response, type: GoType | undefined): unknown;
}
