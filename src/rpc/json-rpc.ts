/**
 * JSON-RPC 2.0 as the wire between client and server, one JSON value a line. The package
 * json-rpc-2.0 knows the specification; this file adds Go's error texts, the two ways to
 * write args (`params` is the args object itself, or an array of one), and the limits.
 *
 * Source: jsonrpc.org/specification; Go net/rpc, server.go, for the texts.
 */
import {
  createJSONRPCErrorResponse,
  JSONRPCErrorCode,
  JSONRPCErrorException,
  type JSONRPCErrorResponse,
  type JSONRPCID,
  type JSONRPCRequest,
  type JSONRPCResponse,
  JSONRPCServer,
} from 'json-rpc-2.0';
import { methodFailed, ProtocolError } from './errors.ts';
import type { Limits } from './limits.ts';
import { nestsDeeperThan } from './lines.ts';
import type { Service } from './service.ts';

/** One response, those of a batch, or null where the peer wants none. */
export type Response = JSONRPCResponse | JSONRPCResponse[] | null;

/** Answers request lines from the services that were added. Knows nothing of connections. */
export class JsonRpcDispatcher {
  readonly #services: ReadonlyMap<string, Service>;
  readonly #limits: Limits;
  readonly #server = new JSONRPCServer({ errorListener: () => {} });

  constructor(services: ReadonlyMap<string, Service>, limits: Limits) {
    this.#services = services;
    this.#limits = limits;
    this.#server.handleMethodNotFound = async ({ id, method }) =>
      id === undefined ? null : refuse(id, methodNotFound, this.#explainUnknown(method));
    this.#server.mapErrorToJSONRPCErrorResponse = (id, error) =>
      refuse(id, errorCode(error), errorMessage(error));
  }

  /** Lets the wire call the methods of `service`. */
  add(service: Service): void {
    for (const [name, method] of service.methods) {
      this.#server.addMethod(`${service.name}.${name}`, (params) =>
        method(decodeArgs(params)),
      );
    }
  }

  /**
   * Runs what the line asks for; resolves with the response, or null where none is owed (a
   * notification). Never rejects, whatever the line holds and whatever the method throws.
   */
  async run(line: string): Promise<Response> {
    const value = this.#parse(line);
    if ('error' in value) return value.error;
    if (!Array.isArray(value.parsed)) return this.#runOne(value.parsed);
    // One after the other: a batch is one call in flight, whatever it holds.
    const owed: JSONRPCResponse[] = [];
    for (const item of value.parsed) {
      const response = await this.#runOne(item);
      if (response !== null) owed.push(response);
    }
    return owed.length === 0 ? null : owed;
  }

  /** The response line, newline included; an error response where the reply does not fit one. */
  encode(response: NonNullable<Response>): string {
    const { maxFrameBytes } = this.#limits;
    if (!Array.isArray(response)) return `${encodeResponse(response, maxFrameBytes)}\n`;
    let roomBytes = maxFrameBytes;
    const texts = response.map((one) => {
      const text = encodeResponse(one, roomBytes);
      roomBytes = Math.max(0, roomBytes - Buffer.byteLength(text));
      return text;
    });
    return `[${texts.join(',')}]\n`;
  }

  #parse(line: string): { parsed: unknown } | { error: JSONRPCErrorResponse } {
    const { maxDepth, maxBatch } = this.#limits;
    if (nestsDeeperThan(maxDepth, line)) {
      return {
        error: refuse(null, invalidRequest, `rpc: nested deeper than ${maxDepth}`),
      };
    }
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      return { error: refuse(null, parseError, 'rpc: request is not JSON') };
    }
    if (Array.isArray(parsed) && (parsed.length === 0 || parsed.length > maxBatch)) {
      const text = `rpc: a batch holds 1 to ${maxBatch} requests`;
      return { error: refuse(null, invalidRequest, text) };
    }
    return { parsed };
  }

  async #runOne(value: unknown): Promise<JSONRPCResponse | null> {
    if (!isRequest(value)) {
      return refuse(null, invalidRequest, 'rpc: not a JSON-RPC 2.0 request');
    }
    return this.#server.receive(value);
  }

  /** Source: Go net/rpc, readRequestHeader: the service is all before the last dot. */
  #explainUnknown(method: string): string {
    const dot = method.lastIndexOf('.');
    if (dot < 0) return `rpc: service/method request ill-formed: ${method}`;
    const isKnownService = this.#services.has(method.slice(0, dot));
    return `rpc: can't find ${isKnownService ? 'method' : 'service'} ${method}`;
  }
}

/** JSON of a response, or of an error with its id where the reply cannot be sent. */
function encodeResponse(response: JSONRPCResponse, maxBytes: number): string {
  const explain = (text: string) =>
    JSON.stringify(refuse(response.id, methodFailed, text));
  try {
    const json = JSON.stringify(response);
    // A function or a symbol is no JSON value: stringify leaves it out without a word.
    const hasOutcome = response.error !== undefined || json.includes('"result":');
    if (!hasOutcome) return explain('rpc: reply cannot be encoded: it is no JSON value');
    if (Buffer.byteLength(json) <= maxBytes) return json;
    return explain(`rpc: reply is over ${maxBytes} bytes`);
  } catch (error) {
    return explain(`rpc: reply cannot be encoded: ${errorMessage(error)}`);
  }
}

/** The bytes of one request, newline included. Throws where JSON cannot hold the args. */
export function encodeRequest(seq: number, serviceMethod: string, args: unknown): string {
  const json = JSON.stringify(args) ?? 'null';
  const params = json.startsWith('{') ? json : `[${json}]`;
  return `{"jsonrpc":"2.0","id":${seq},"method":${JSON.stringify(serviceMethod)},"params":${params}}\n`;
}

/** Reads one response line; throws a ProtocolError for anything that is none. */
export function decodeResponse(line: string): JSONRPCResponse {
  const value = parseJson(line);
  if (!isObject(value) || !('id' in value)) {
    throw new ProtocolError('the server sent a line that is no JSON-RPC 2.0 response');
  }
  const hasError = isObject(value.error) && typeof value.error.message === 'string';
  if (!hasError && !('result' in value)) {
    throw new ProtocolError('the server sent a response without result or error');
  }
  return value as unknown as JSONRPCResponse;
}

/** What a connection says before it ends because of what the peer sent. */
export function encodeFarewell(error: Error): string {
  return encodeLine(refuse(null, invalidRequest, `rpc: ${error.message}`));
}

const parseError = JSONRPCErrorCode.ParseError;
const invalidRequest = JSONRPCErrorCode.InvalidRequest;
const methodNotFound = JSONRPCErrorCode.MethodNotFound;
const maxMessageLength = 8192;

function refuse(id: JSONRPCID, code: number, message: string): JSONRPCErrorResponse {
  return createJSONRPCErrorResponse(id, code, message.slice(0, maxMessageLength));
}

function encodeLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Stricter than the package, which lets any value be a method or an id. */
function isRequest(value: unknown): value is JSONRPCRequest {
  if (!isObject(value)) return false;
  const { jsonrpc, method, id } = value;
  const isId = id == null || typeof id === 'string' || typeof id === 'number';
  return jsonrpc === '2.0' && typeof method === 'string' && isId;
}

function decodeArgs(params: unknown): unknown {
  if (params === undefined) return {};
  if (Array.isArray(params) && params.length === 1) return params[0];
  if (isObject(params) && !Array.isArray(params)) return params;
  throw new JSONRPCErrorException(
    'rpc: params must be the args object, or an array of one',
    JSONRPCErrorCode.InvalidParams,
  );
}

function errorCode(error: unknown): number {
  return error instanceof JSONRPCErrorException ? error.code : methodFailed;
}

/** The message alone: a stack is for this side's log. Whatever was thrown, this does not throw. */
function errorMessage(error: unknown): string {
  try {
    const message = error instanceof Error ? error.message : error;
    if (typeof message === 'string') return message;
  } catch {
    // A getter that throws: there is nothing to tell.
  }
  return 'the method failed';
}
