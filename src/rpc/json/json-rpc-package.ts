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
import type { Reply } from '../codec.ts';
import { describeError, methodFailed } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { Refusal } from '../services.ts';
import { BadMessage } from './framing.ts';

export const invalidRequest = JSONRPCErrorCode.InvalidRequest;

/** One response, those of a batch, or undefined where the peer wants none. */
export type Responses = JSONRPCResponse | JSONRPCResponse[] | undefined;

/** Runs one request of such a message. */
export type CallItem = (
  serviceMethod: string,
  params: unknown,
) => Promise<Reply | Refusal>;

/** Answers a message that is no plain call; a result in it is a Reply. Never rejects. */
export async function answerIrregular(
  message: unknown,
  { maxBatch, maxNameLength }: Limits,
  call: CallItem,
): Promise<Responses> {
  if (message instanceof BadMessage) {
    const code = message.isSyntax ? JSONRPCErrorCode.ParseError : invalidRequest;
    return refuse(code, `rpc: request is ${message.reason}`);
  }
  if (!Array.isArray(message)) return answerOne(message, maxNameLength, call);
  if (message.length === 0 || message.length > maxBatch) {
    const text = `rpc: a batch holds 1 to ${maxBatch} requests (maxBatch)`;
    return refuse(invalidRequest, text);
  }
  // One after the other: a batch is one call in flight, whatever it holds.
  const owed: JSONRPCResponse[] = [];
  for (const item of message) {
    const response = await answerOne(item, maxNameLength, call);
    if (response) owed.push(response);
  }
  return owed.length === 0 ? undefined : owed;
}

async function answerOne(
  message: unknown,
  maxNameLength: number,
  call: CallItem,
): Promise<JSONRPCResponse | undefined> {
  if (!isRequest(message))
    return refuse(invalidRequest, 'rpc: not a JSON-RPC 2.0 request');
  if (message.method.length > maxNameLength || idLength(message) > maxNameLength) {
    const text = `rpc: a method or id is over ${maxNameLength} characters (maxNameLength)`;
    return refuse(invalidRequest, text);
  }
  return (await server.receive(message, call)) ?? undefined;
}

/** Knows no method by itself: each request is called through what `receive` was given. */
const server = new JSONRPCServer<CallItem>({ errorListener: () => {} });
server.applyMiddleware(async (_next, request, call) => {
  const reply = await call(request.method, request.params);
  // A notification has run, and nobody wants to hear of it.
  if (request.id === undefined) return null;
  return reply instanceof Refusal
    ? createJSONRPCErrorResponse(request.id, reply.code, reply.message)
    : createJSONRPCSuccessResponse(request.id, reply);
});
server.mapErrorToJSONRPCErrorResponse = (id, error) =>
  createJSONRPCErrorResponse(id, methodFailed, describeError(error));

function refuse(code: number, message: string): JSONRPCErrorResponse {
  return createJSONRPCErrorResponse(null, code, message);
}

function idLength({ id }: JSONRPCRequest): number {
  return typeof id === 'string' ? id.length : 0;
}

/** Stricter than the package, which lets any value be a method or an id. */
function isRequest(value: unknown): value is JSONRPCRequest {
  if (typeof value !== 'object' || value === null) return false;
  const { jsonrpc, method, id } = value as Partial<JSONRPCRequest>;
  const isId = id == null || typeof id === 'string' || typeof id === 'number';
  return jsonrpc === '2.0' && typeof method === 'string' && isId;
}
