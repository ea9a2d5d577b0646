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
import { type Call, createCall, type PendingCall } from './call.ts';
import type { Channel } from './channel.ts';
import {
  AbandonedError,
  ConnectionLostError,
  NotSentError,
  ProtocolError,
  type RpcError,
  ServerError,
  ShutdownError,
} from './errors.ts';
import { decodeResponse, encodeRequest } from './json-rpc.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { LineReader, nestsDeeperThan } from './lines.ts';
import { dialAddress } from './network.ts';
import type { Transport } from './transport.ts';

/** Connects to a server at `host:port` or `unix:/path`. Rejects with a NetworkError. */
export async function dial(
  address: string,
  limits: Partial<Limits> = {},
): Promise<Client> {
  return new Client(await dialAddress(address), limits);
}

/** How long and for whom a call waits. Nothing of it is seen on the wire. */
export interface CallOptions {
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

export class Client {
  /** Resolves when the connection has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<void>;
  readonly #transport: Transport;
  readonly #limits: Limits;
  readonly #reader: LineReader;
  readonly #pending = new Map<number, PendingCall<never>>();
  #nextSeq = 0;
  /** Set once: no further call can be sent. */
  #shutdown: { readonly cause: Error | undefined } | undefined;

  constructor(transport: Transport, limits: Partial<Limits> = {}) {
    this.#transport = transport;
    this.#limits = { ...defaultLimits, ...limits };
    this.#reader = new LineReader(this.#limits.maxFrameBytes);
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
    options: CallOptions = {},
  ): Call<Reply> {
    const { done } = options;
    if (done?.capacity === 0) throw new Error('rpc: done channel is unbuffered');
    const pending = createCall<Reply>(serviceMethod, args);
    if (done) void pending.call.done.then((call) => deliverTo(done, call as Call));
    const error = abortedBefore(options.signal) ?? this.#send(pending);
    if (error !== undefined) pending.settle({ error });
    else this.#watch(pending, options);
    return pending.call;
  }

  /** `go`, then wait: resolves with the reply or rejects with the call's RpcError. */
  async call<Reply = unknown>(
    serviceMethod: string,
    args: unknown,
    options: CallOptions = {},
  ): Promise<Reply> {
    const { reply, error } = await this.go<Reply>(serviceMethod, args, options).done;
    if (error !== undefined) throw error;
    return reply as Reply;
  }

  /** Ends the connection. Calls still waiting settle with a ShutdownError. Idempotent. */
  close(): Promise<void> {
    this.#shutDown(undefined, () => new ShutdownError(true));
    this.#transport.abort();
    return this.closed;
  }

  #send<Reply>(pending: PendingCall<Reply>): RpcError | undefined {
    const { serviceMethod, args } = pending.call;
    if (this.#shutdown) return new ShutdownError(false, this.#shutdown.cause);
    let frame: string;
    try {
      frame = encodeRequest(this.#nextSeq, serviceMethod, args);
    } catch (error) {
      const reason = (error as Error).message;
      return new NotSentError(
        `rpc: args of ${serviceMethod} cannot be encoded: ${reason}`,
      );
    }
    const { maxFrameBytes, maxDepth } = this.#limits;
    if (nestsDeeperThan(maxDepth, frame)) {
      return new NotSentError(
        `rpc: args of ${serviceMethod} are nested deeper than ${maxDepth}`,
      );
    }
    if (frame.length > maxFrameBytes || Buffer.byteLength(frame) > maxFrameBytes) {
      return new NotSentError(
        `rpc: args of ${serviceMethod} are over ${maxFrameBytes} bytes`,
      );
    }
    this.#pending.set(this.#nextSeq++, pending as PendingCall<never>);
    this.#transport.send(frame);
    return undefined;
  }

  /** Lets the call end before its reply; the server knows nothing of it. */
  #watch<Reply>(pending: PendingCall<Reply>, { signal, deadlineMs }: CallOptions): void {
    if (!signal && deadlineMs === undefined) return;
    const seq = this.#nextSeq - 1;
    const abandon = (why: string, cause?: unknown) => {
      this.#pending.delete(seq);
      pending.settle({ error: new AbandonedError(`rpc: ${why}`, true, cause) });
    };
    const onAbort = () => abandon('the call was aborted', signal?.reason);
    signal?.addEventListener('abort', onAbort);
    const timer =
      deadlineMs === undefined
        ? undefined
        : setTimeout(() => abandon(`no reply after ${deadlineMs} ms`), deadlineMs);
    void pending.call.done.then(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  }

  #readResponses(chunk: Buffer): void {
    this.#reader.push(chunk);
    try {
      for (
        let line = this.#reader.next();
        line !== undefined;
        line = this.#reader.next()
      ) {
        this.#settle(line);
      }
    } catch (error) {
      this.#lose(error as Error);
    }
  }

  #settle(line: string): void {
    const { id, error, result } = decodeResponse(line);
    if (id === null && error) throw new ProtocolError(error.message);
    const pending = this.#pending.get(id as number);
    if (!pending) return;
    this.#pending.delete(id as number);
    if (error) pending.settle({ error: new ServerError(error.message, error.code) });
    else pending.settle({ reply: result as never });
  }

  #lose(cause: Error): void {
    this.#shutDown(cause, () => new ConnectionLostError(cause.message, { cause }));
    this.#transport.abort();
  }

  #shutDown(cause: Error | undefined, createError: () => RpcError): void {
    if (this.#shutdown) return;
    this.#shutdown = { cause };
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of waiting) pending.settle({ error: createError() });
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
