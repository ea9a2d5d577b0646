/**
 * Calls as events, for whoever wants to see them: a client's own, and those that reach a
 * server. A client tells of a call when it is sent and when it has settled; a server is watched
 * through its codecs, so that where nobody looks its hot paths are as if there were no observer.
 *
 * An observer is called in the middle of a call: it must be quick, and must not throw.
 */
import type { Call } from './call.ts';
import type { Batch, CallMethod, Frame, Request, ServerCodec } from './codec.ts';
import { describeError, type RpcError } from './errors.ts';
import type { GoType } from './go-types.ts';
import type { Opened, Opening } from './opening.ts';
import { Refusal } from './services.ts';

/** What a client sees of its calls; one that never left is not among them. */
export type CallEvent =
  | {
      readonly type: 'call-sent';
      readonly seq: number;
      readonly serviceMethod: string;
      readonly args: unknown;
    }
  /** Settled, one way or other: with its reply, or with an error. */
  | {
      readonly type: 'call-answered';
      readonly seq: number;
      readonly reply: unknown;
      readonly error: RpcError | undefined;
    };

/** What a server sees. Connections and their requests are numbered as they come, from 1 on. */
export type RequestEvent =
  | {
      readonly type: 'request-arrived';
      readonly connection: number;
      readonly seq: number;
      readonly serviceMethod: string;
      /** Undefined where they could not be read, or nobody has asked for them. */
      readonly args: unknown;
    }
  | {
      readonly type: 'reply-left';
      readonly connection: number;
      readonly seq: number;
      readonly reply: unknown;
      /** What the caller is told instead of a reply. */
      readonly error: string | undefined;
    }
  /** Requests of it that were not answered never will be. */
  | { readonly type: 'connection-closed'; readonly connection: number };

/** Tells `observe` of a call that is about to be sent, and of its end. */
export function watchCall(
  observe: (event: CallEvent) => void,
  seq: number,
  call: Call<never>,
): void {
  const { serviceMethod, args } = call;
  observe({ type: 'call-sent', seq, serviceMethod, args });
  void call.done.then(({ reply, error }) =>
    observe({ type: 'call-answered', seq, reply, error }),
  );
}

/** An opening whose codec tells of all that goes through it. */
export function watchOpening(
  opening: Opening,
  connection: number,
  observe: (event: RequestEvent) => void,
): Opening {
  return {
    push(chunk: Buffer): Opened | undefined {
      const opened = opening.push(chunk);
      if (!opened || !('codec' in opened)) return opened;
      return { codec: new WatchedCodec(opened.codec, connection, observe) };
    },
    get hasPartialFrame() {
      return opening.hasPartialFrame;
    },
  };
}

class WatchedCodec implements ServerCodec {
  readonly #codec: ServerCodec;
  readonly #connection: number;
  readonly #observe: (event: RequestEvent) => void;
  readonly #seqs = new WeakMap<Request, number>();
  #lastSeq = 0;

  constructor(
    codec: ServerCodec,
    connection: number,
    observe: (event: RequestEvent) => void,
  ) {
    this.#codec = codec;
    this.#connection = connection;
    this.#observe = observe;
  }

  push(chunk: Buffer): void {
    this.#codec.push(chunk);
  }

  get hasPartialFrame(): boolean {
    return this.#codec.hasPartialFrame;
  }

  readRequest(): Request | Batch | undefined {
    const request = this.#codec.readRequest();
    if (!request || !('answer' in request)) return request;
    return { answer: (call) => request.answer(this.#watch(call)) };
  }

  readArgs(request: Request, type: GoType | undefined): unknown {
    try {
      const args = this.#codec.readArgs(request, type);
      this.#seqs.set(request, this.#arrive(request.serviceMethod, args));
      return args;
    } catch (error) {
      this.#seqs.set(request, this.#arrive(request.serviceMethod, undefined));
      throw error;
    }
  }

  encodeReply(request: Request, reply: unknown, type: GoType | undefined): Frame {
    const frame = this.#codec.encodeReply(request, reply, type);
    this.#leave(this.#seqOf(request), reply, undefined);
    return frame;
  }

  encodeError(request: Request, message: string, code: number): Frame {
    const frame = this.#codec.encodeError(request, message, code);
    this.#leave(this.#seqOf(request), undefined, message);
    return frame;
  }

  encodeFarewell(message: string): Frame | undefined {
    return this.#codec.encodeFarewell(message);
  }

  /** Of a request that is refused nobody reads the args: it is told of with its error. */
  #seqOf(request: Request): number {
    return this.#seqs.get(request) ?? this.#arrive(request.serviceMethod, undefined);
  }

  /** The calls of a batch; when its one frame leaves, all of them have been answered. */
  #watch(call: CallMethod): CallMethod {
    return async (serviceMethod, readArgs) => {
      let seq: number | undefined;
      const readAndTell = (type: GoType | undefined) => {
        const args = readArgs(type);
        seq = this.#arrive(serviceMethod, args);
        return args;
      };
      try {
        const result = await call(serviceMethod, readAndTell);
        seq ??= this.#arrive(serviceMethod, undefined);
        if (result instanceof Refusal) this.#leave(seq, undefined, result.message);
        else this.#leave(seq, result.value, undefined);
        return result;
      } catch (error) {
        seq ??= this.#arrive(serviceMethod, undefined);
        this.#leave(seq, undefined, describeError(error));
        throw error;
      }
    };
  }

  #arrive(serviceMethod: string, args: unknown): number {
    const seq = ++this.#lastSeq;
    const connection = this.#connection;
    this.#observe({ type: 'request-arrived', connection, seq, serviceMethod, args });
    return seq;
  }

  #leave(seq: number, reply: unknown, error: string | undefined): void {
    const connection = this.#connection;
    this.#observe({ type: 'reply-left', connection, seq, reply, error });
  }
}
