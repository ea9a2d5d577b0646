/**
 * What JSON-RPC 2.0 says of messages that are not one plain call: batches, notifications, and
 * all that is invalid. The package json-rpc-2.0 knows the specification; here its methods are
 * ours, its trust in the input is taken back, and a batch has a limit.
 *
 * Source: jsonrpc.org/specification, sections 4.1, 5.1 and 6.
 */
import {
  createJSONRPCErrorResponse,
  createJSONRPCSuccessResponse,
  JSONRPCErrorCode,
  type JSONRPCErrorResponse,
  type JSONRPCRequest,
  type JSONRPCResponse,
  JSONRPCServer,
} from 'json-rpc-2.0';
import type { CallMethod } from '../codec.ts';
import { describeError, methodFailed } from '../errors.ts';
import { BadMessage } from './framing.ts';

export const invalidRequest = JSONRPCErrorCode.InvalidRequest;

/** One response, those of a batch, or undefined where the peer wants none. */
export type Responses = JSONRPCResponse | JSONRPCResponse[] | undefined;

/** Answers a message that is no plain call. Never rejects. */
export async function answerIrregular(
  message: unknown,
  maxBatch: number,
  call: CallMethod,
): Promise<Responses> {
  if (message instanceof BadMessage) {
    const code = message.isSyntax ? JSONRPCErrorCode.ParseError : invalidRequest;
    return refuse(code, `rpc: request is ${message.reason}`);
  }
  if (!Array.isArray(message)) return answerOne(message, call);
  if (message.length === 0 || message.length > maxBatch)
    return refuse(invalidRequest, `rpc: a batch holds 1 to ${maxBatch} requests`);
  // One after the other: a batch is one call in flight, whatever it holds.
  const owed: JSONRPCResponse[] = [];
  for (const item of message) {
    const response = await answerOne(item, call);
    if (response) owed.push(response);
  }
  return owed.length === 0 ? undefined : owed;
}

async function answerOne(
  message: unknown,
  call: CallMethod,
): Promise<JSONRPCResponse | undefined> {
  if (!isRequest(message))
    return refuse(invalidRequest, 'rpc: not a JSON-RPC 2.0 request');
  return (await server.receive(message, call)) ?? undefined;
}

/** Knows no method by itself: each request is called through what `receive` was given. */
const server = new JSONRPCServer<CallMethod>({ errorListener: () => {} });
server.applyMiddleware(async (_next, request, call) => {
  const reply = await call(request.method, request.params);
  // A notification has run, and nobody wants to hear of it.
  return request.id === undefined
    ? null
    : createJSONRPCSuccessResponse(request.id, reply);
});
server.mapErrorToJSONRPCErrorResponse = (id, error) => {
  const code = (error as { code?: unknown })?.code;
  const known = typeof code === 'number' ? code : methodFailed;
  return createJSONRPCErrorResponse(id, known, describeError(error));
};

function refuse(code: number, message: string): JSONRPCErrorResponse {
  return createJSONRPCErrorResponse(null, code, message);
}

/** Stricter than the package, which lets any value be a method or an id. */
function isRequest(value: unknown): value is JSONRPCRequest {
  if (typeof value !== 'object' || value === null) return false;
  const { jsonrpc, method, id } = value as Partial<JSONRPCRequest>;
  const isId = id == null || typeof id === 'string' || typeof id === 'number';
  return jsonrpc === '2.0' && typeof method === 'string' && isId;
}
