/**
 * What becomes of one request: its method is found, its args are read, it runs, and its reply
 * or its error is ready to be encoded. Knows nothing of sockets or of how busy the server is.
 *
 * Source: Go net/rpc, server.go, readRequest and service.call.
 */
import type { CallMethod, Frame, Request, ServerCodec } from './codec.ts';
import { describeError, invalidParams, LimitError, methodFailed } from './errors.ts';
import type { Method } from './service.ts';
import { Refusal, type Services } from './services.ts';

/** Makes the frame of a reply or of an error; called once, when there is room to send it. */
export type EncodeAnswer = () => Frame;

/** Runs the request; the answer comes at once where the method does not wait for anything. */
export function answer(
  services: Services,
  codec: ServerCodec,
  request: Request,
): EncodeAnswer | Promise<EncodeAnswer> {
  const method = services.find(request.serviceMethod);
  const fail = (message: string, code: number) => () =>
    codec.encodeError(request, message, code);
  if (method instanceof Refusal) return fail(method.message, method.code);
  let args: unknown;
  try {
    args = codec.readArgs(request, method.types.args);
  } catch (error) {
    return fail(describeError(error), invalidParams);
  }
  try {
    method.calls++;
    const reply = method.run(args);
    if (!isThenable(reply)) return () => encodeReply(codec, request, reply, method);
    return Promise.resolve(reply).then(
      (value) => () => encodeReply(codec, request, value, method),
      (error) => fail(describeError(error), methodFailed),
    );
  } catch (error) {
    return fail(describeError(error), methodFailed);
  }
}

/** For messages that are not one plain call: runs a method by its name. */
export function createCall(services: Services): CallMethod {
  return async (serviceMethod, readArgs) => {
    const method = services.find(serviceMethod);
    if (method instanceof Refusal) throw method;
    const args = readArgs();
    method.calls++;
    return method.run(args);
  };
}

/** The reply's frame, or that of an error where the reply cannot be sent. */
function encodeReply(
  codec: ServerCodec,
  request: Request,
  reply: unknown,
  method: Method,
): Frame {
  try {
    return codec.encodeReply(request, reply, method.types.reply);
  } catch (error) {
    const verb = error instanceof LimitError ? 'is' : 'cannot be encoded:';
    const text = `rpc: reply ${verb} ${describeError(error)}`;
    return codec.encodeError(request, text, methodFailed);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}
