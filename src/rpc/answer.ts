/**
 * What becomes of one request: its method is found, its args are read, it runs, and its reply
 * or its error is ready to be encoded. Knows nothing of sockets or of how busy the server is.
 *
 * Source: Go net/rpc, server.go, readRequest and service.call.
 */
import type { CallMethod, Frame, Request, ServerCodec } from './codec.ts';
import { describeError, invalidParams, LimitError, methodFailed } from './errors.ts';
import type { GoType } from './go-types.ts';
import { Refusal, type Services } from './services.ts';

/** An answer that waits for room in the transport: encoded once, when there is some. */
export interface Answer {
  encode(): Frame;
}

/** Runs the request; the answer comes at once where the method does not wait for anything. */
export function answer(
  services: Services,
  codec: ServerCodec,
  request: Request,
): Answer | Promise<Answer> {
  const method = services.find(request.serviceMethod);
  if (method instanceof Refusal)
    return new Failure(codec, request, method.message, method.code);
  const { types } = method;
  let args: unknown;
  try {
    args = codec.readArgs(request, types.args);
  } catch (error) {
    return new Failure(codec, request, describeError(error), invalidParams);
  }
  try {
    method.calls++;
    const reply = method.run(args);
    if (!isThenable(reply)) return new Success(codec, request, reply, types.reply);
    return Promise.resolve(reply).then(
      (value) => new Success(codec, request, value, types.reply),
      (error) => new Failure(codec, request, describeError(error), methodFailed),
    );
  } catch (error) {
    return new Failure(codec, request, describeError(error), methodFailed);
  }
}

/** For messages that are not one plain call: runs a method by its name. */
export function createCall(services: Services): CallMethod {
  return async (serviceMethod, readArgs) => {
    const method = services.find(serviceMethod);
    if (method instanceof Refusal) return method;
    const { types } = method;
    let args: unknown;
    try {
      args = readArgs(types.args);
    } catch (error) {
      return new Refusal(describeError(error), invalidParams);
    }
    method.calls++;
    return { value: await method.run(args), type: types.reply };
  };
}

class Success implements Answer {
  readonly #codec: ServerCodec;
  readonly #request: Request;
  readonly #reply: unknown;
  readonly #type: GoType | undefined;

  constructor(
    codec: ServerCodec,
    request: Request,
    reply: unknown,
    type: GoType | undefined,
  ) {
    this.#codec = codec;
    this.#request = request;
    this.#reply = reply;
    this.#type = type;
  }

  /** The reply's frame, or that of an error where the reply cannot be sent. */
  encode(): Frame {
    try {
      return this.#codec.encodeReply(this.#request, this.#reply, this.#type);
    } catch (error) {
      const verb = error instanceof LimitError ? 'is' : 'cannot be encoded:';
      const text = `rpc: reply ${verb} ${describeError(error)}`;
      return this.#codec.encodeError(this.#request, text, methodFailed);
    }
  }
}

class Failure implements Answer {
  readonly #codec: ServerCodec;
  readonly #request: Request;
  readonly #message: string;
  readonly #code: number;

  constructor(codec: ServerCodec, request: Request, message: string, code: number) {
    this.#codec = codec;
    this.#request = request;
    this.#message = message;
    this.#code = code;
  }

  encode(): Frame {
    return this.#codec.encodeError(this.#request, this.#message, this.#code);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}
