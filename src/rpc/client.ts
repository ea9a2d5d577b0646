/**
 * The client: many calls in flight over one connection.
 *
 *     const client = await dial('localhost:8888');
 *     const sum = await client.call<number>('Arith.Add', { A: 1, B: 2 });
 *     const call = client.go<number>('Arith.Add', { A: 1, B: 2 });   // returns at once
 *     await call.done;                                               // then look at call.error
 *
 * What a call promises. It is sent at most once, over this one connection, and never retried.
 * Its `done` resolves exactly once: with a reply, with a definite error (the method ran and
 * failed, or was never reached), or with an indefinite one when the connection was lost in
 * between. Replies may come in any order; each finds its call by sequence number.
 *
 * Source: Go net/rpc, client.go; slides, "Go's net/rpc is at-most-once".
 */
import { type Call, PendingCall } from './call.ts';
import type { Channel } from './channel.ts';
import type { ClientCodec, Response } from './codec.ts';
import { type CodecName, createClientCodec } from './codecs.ts';
import {
  AbandonedError,
  ConnectionLostError,
  describeError,
  LimitError,
  NotSentError,
  type RpcError,
  ServerError,
  ShutdownError,
  UnreadableReplyError,
} from './errors.ts';
import type { GoType } from './go-types.ts';
import { connectOverHttp, defaultRpcPath } from './http/connect.ts';
import { chooseLimits, type LimitChoice, never } from './limits.ts';
import { dialAddress } from './network.ts';
import { type CallEvent, watchCall } from './observer.ts';
import { PendingCalls } from './pending-calls.ts';
import type { MethodTypes } from './service.ts';
import type { Transport } from './transport.ts';

export interface ClientOptions {
  /** The wire format; `json-rpc` by default. To a Go program: `gob` or `go-json`. */
  readonly codec?: CodecName;
  /** What a server may send us; `false`: anything. */
  readonly limits?: LimitChoice;
  /** Sees each call when it is sent and when it has settled. Must be quick, and not throw. */
  readonly observe?: ((event: CallEvent) => void) | undefined;
}

/** Connects to a server at `host:port` or `unix:/path`. Rejects with a NetworkError. */
export async function dial(
  address: string,
  options: ClientOptions = {},
): Promise<Client> {
  return new Client(await dialAddress(address), options);
}

/**
 * Connects to a server that calls are reached on over HTTP, at `path`. The codec is gob unless
 * chosen otherwise, since such a server is a Go program. Rejects with a NetworkError.
 *
 * Source: Go net/rpc, DialHTTP and DialHTTPPath.
 */
export async function dialHttp(
  address: string,
  path = defaultRpcPath,
  options: ClientOptions = {},
): Promise<Client> {
  const transport = await connectOverHttp(await dialAddress(address), address, path);
  return new Client(transport, { codec: 'gob', ...options });
}

/** How long and for whom a call waits, and its Go types. Nothing else of it is on the wire. */
export interface CallOptions {
  /** What a Go server has declared, where the args or the reply alone do not tell it. */
  readonly types?: MethodTypes;
  /**
   * Gets the Call when it has settled, beside its own `done` promise. It must have room: one
   * without capacity is refused, and a full one drops the Call, as in Go.
   */
  readonly done?: Channel<Call>;
  /** Settles the call with an AbandonedError when it aborts. */
  readonly signal?: AbortSignal;
  /** Settles the call with an AbandonedError after so many milliseconds. */
  readonly deadlineMs?: number;
}

const noOptions: CallOptions = {};

export class Client {
  /** Resolves when the connection has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<void>;
  readonly #transport: Transport;
  readonly #codec: ClientCodec;
  readonly #pending = new PendingCalls();
  readonly #observe: ((seq: number, call: Call<never>) => void) | undefined;
  #nextSeq = 0;
  /** Of the call that was sent last. */
  #lastSeq = -1;
  /** Set once: no further call can be sent. */
  #shutdown: { readonly cause: Error | undefined } | undefined;

  constructor(transport: Transport, options: ClientOptions = {}) {
    const { codec = 'json-rpc', limits, observe } = options;
    this.#transport = transport;
    this.#codec = createClientCodec(codec, chooseLimits(limits));
    this.#observe = observe && ((seq, call) => watchCall(observe, seq, call));
    this.closed = new Promise((resolve) => {
      transport.receive({
        bytes: (chunk) => this.#readResponses(chunk),
        drained: () => {},
        ended: () => this.#lose(new Error('unexpected EOF')),
        closed: (error) => {
          this.#lose(error ?? new Error('unexpected EOF'));
          resolve();
        },
      });
    });
  }

  /**
   * Starts a call and returns it at once. Whatever goes wrong is in the Call's `error` when
   * `done` resolves, with this same Call. Throws only for a done channel without capacity, and
   * then nothing was sent.
   *
   * Source: Go net/rpc, Client.Go.
   */
  go<Reply = unknown>(
    serviceMethod: string,
    args: unknown,
    options: CallOptions = noOptions,
  ): Call<Reply> {
    const { done } = options;
    if (done?.capacity === 0) throw new Error('rpc: done channel is unbuffered');
    const call = this.#start<Reply>(serviceMethod, args, options);
    if (done) void call.done.then(() => deliverTo(done, call as Call));
    return call;
  }

  /** `go`, then wait: resolves with the reply or rejects with the call's RpcError. */
  call<Reply = unknown>(
    serviceMethod: string,
    args: unknown,
    options: CallOptions = noOptions,
  ): Promise<Reply> {
    return this.#start<Reply>(serviceMethod, args, options).outcome;
  }

  #start<Reply>(
    serviceMethod: string,
    args: unknown,
    options: CallOptions,
  ): PendingCall<Reply> {
    const { types, signal } = options;
    const call = new PendingCall<Reply>(serviceMethod, args, types?.reply);
    const error = abortedBefore(signal) ?? this.#send(call, types?.args);
    if (error !== undefined) call.fail(error);
    else if (signal || options.deadlineMs !== undefined) this.#watch(call, options);
    return call;
  }

  /** Ends the connection. Calls still waiting settle with a ShutdownError. Idempotent. */
  close(): Promise<void> {
    this.#shutDown(undefined, () => new ShutdownError(true));
    this.#transport.abort();
    return this.closed;
  }

  #send<Reply>(
    call: PendingCall<Reply>,
    argsType: GoType | undefined,
  ): RpcError | undefined {
    const { serviceMethod, args } = call;
    if (this.#shutdown) return new ShutdownError(false, this.#shutdown.cause);
    // Taken first, as in Go: what is asked of the args may make calls of its own.
    const seq = this.#nextSeq++;
    try {
      const frame = this.#codec.encodeRequest(seq, serviceMethod, args, argsType);
      if (this.#shutdown) return new ShutdownError(false);
      this.#lastSeq = seq;
      this.#pending.add(seq, call as unknown as PendingCall<never>);
      this.#observe?.(seq, call as unknown as Call<never>);
      this.#transport.send(frame);
      return undefined;
    } catch (error) {
      const verb = error instanceof LimitError ? 'are' : 'cannot be encoded:';
      const reason = describeError(error);
      return new NotSentError(`rpc: args of ${serviceMethod} ${verb} ${reason}`);
    }
  }

  /** Lets the call end before its reply; the server knows nothing of it. */
  #watch<Reply>(call: PendingCall<Reply>, { signal, deadlineMs }: CallOptions): void {
    const seq = this.#lastSeq;
    const abandon = (why: string, cause?: unknown) => {
      this.#pending.take(seq);
      call.fail(new AbandonedError(`rpc: ${why}`, true, cause));
    };
    const onAbort = () => abandon('the call was aborted', signal?.reason);
    signal?.addEventListener('abort', onAbort);
    const timer =
      deadlineMs === undefined
        ? undefined
        : setTimeout(
            () => abandon(`no reply after ${deadlineMs} ms`),
            Math.min(deadlineMs, never),
          );
    void call.done.then(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  }

  #readResponses(chunk: Buffer): void {
    const codec = this.#codec;
    codec.push(chunk);
    try {
      for (
        let response = codec.readResponse();
        response !== undefined;
        response = codec.readResponse()
      ) {
        this.#settle(response);
      }
    } catch (error) {
      this.#lose(error as Error);
    }
  }

  /** A reply that nobody waits for (any longer) is skipped. */
  #settle(response: Response): void {
    const { seq, error } = response;
    const call = this.#pending.take(seq);
    if (!call) return;
    if (error) {
      call.fail(new ServerError(error.message, error.code));
      return;
    }
    let reply: unknown;
    try {
      reply = this.#codec.readReply(response, call.replyType);
    } catch (unreadable) {
      const reason = describeError(unreadable);
      call.fail(
        new UnreadableReplyError(`reading body ${reason}`, { cause: unreadable }),
      );
      return;
    }
    call.succeed(reply as never);
  }

  #lose(cause: Error): void {
    this.#shutDown(cause, () => new ConnectionLostError(cause.message, { cause }));
    this.#transport.abort();
  }

  #shutDown(cause: Error | undefined, createError: () => RpcError): void {
    if (this.#shutdown) return;
    this.#shutdown = { cause };
    for (const call of this.#pending.takeAll()) call.fail(createError());
  }
}

/** Source: Go net/rpc, Call.done: "We don't want to block here", so a Call may be dropped. */
function deliverTo(done: Channel<Call>, call: Call): void {
  if (!done.isClosed) done.trySend(call);
}

function abortedBefore(signal: AbortSignal | undefined): RpcError | undefined {
  if (!signal?.aborted) return undefined;
  return new AbandonedError('rpc: the call was aborted', false, signal.reason);
}
