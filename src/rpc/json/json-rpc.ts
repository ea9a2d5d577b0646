/**
 * JSON-RPC 2.0, both ends, over any framing. A plain call, which is nearly every message, is
 * read and answered here; whatever else the specification allows or forbids (batches,
 * notifications, invalid requests) goes to the package json-rpc-2.0, which knows it by heart.
 *
 * Source: jsonrpc.org/specification.
 */
import type {
  Batch,
  ClientCodec,
  Frame,
  Reply,
  Request,
  Response,
  ServerCodec,
} from '../codec.ts';
import { describeError, methodFailed, ProtocolError } from '../errors.ts';
import type { GoType } from '../go-types.ts';
import type { Limits } from '../limits.ts';
import { BadMessage, type Framing, writeValue } from './framing.ts';
import { readJson } from './json-reader.ts';
import {
  answerIrregular,
  type CallItem,
  invalidRequest,
  type Responses,
} from './json-rpc-package.ts';
import { mayLoseDigits, parseExactly, writeId } from './json-scan.ts';

interface JsonRpcRequest extends Request {
  /** JSON, as it stood in the request: a large integer keeps its digits. */
  readonly id: string;
  readonly params: unknown;
  readonly text: string;
}

export class JsonRpcServerCodec implements ServerCodec {
  readonly #framing: Framing;
  readonly #limits: Limits;

  constructor(framing: Framing, limits: Limits) {
    this.#framing = framing;
    this.#limits = limits;
  }

  push(chunk: Buffer): void {
    this.#framing.push(chunk);
  }

  get hasPartialFrame(): boolean {
    return this.#framing.hasPartialFrame;
  }

  readRequest(): Request | Batch | undefined {
    const text = this.#framing.next();
    if (text === undefined) return undefined;
    if (typeof text !== 'string') return this.#answerIrregular(text);
    const value = parse(text);
    if (!isPlainCall(value)) return this.#answerIrregular(value);
    const { method, params } = value;
    const { maxNameLength } = this.#limits;
    if (method.length > maxNameLength || (value.id as string).length > maxNameLength)
      return this.#answerIrregular(value);
    const id = writeId(value.id, text);
    if (typeof value.id === 'number' && id.length > maxNameLength) {
      const reason = `with an id of over ${maxNameLength} characters (maxNameLength)`;
      return this.#answerIrregular(new BadMessage(reason, false));
    }
    const request: JsonRpcRequest = {
      serviceMethod: method,
      id,
      params,
      text,
    };
    return request;
  }

  readArgs(request: Request, type: GoType | undefined): unknown {
    const { params, text } = request as JsonRpcRequest;
    const exact = rereadExactly(text, type) as { params?: unknown } | undefined;
    return this.#framing.readValue(unwrapParams(exact ? exact.params : params), type);
  }

  encodeReply(request: Request, reply: unknown, type: GoType | undefined): Frame {
    const result = this.#framing.writeValue(reply, type);
    const { id } = request as JsonRpcRequest;
    return this.#framing.frame(`{"jsonrpc":"2.0","id":${id},"result":`, result, '}');
  }

  encodeError(request: Request, message: string, code: number): Frame {
    return this.#encodeError((request as JsonRpcRequest).id, message, code);
  }

  encodeFarewell(message: string): Frame {
    return this.#encodeError('null', message, invalidRequest);
  }

  #encodeError(id: string, message: string, code: number): Frame {
    const error = JSON.stringify({ code, message });
    return this.#framing.frame(`{"jsonrpc":"2.0","id":${id},"error":`, error, '}');
  }

  #answerIrregular(message: unknown): Batch {
    return {
      answer: async (call) => {
        const callItem: CallItem = (serviceMethod, params) =>
          call(serviceMethod, (type) => {
            const args = unwrapParams(params);
            return type ? readJson(args, type) : args;
          });
        const responses = await answerIrregular(message, this.#limits, callItem);
        return (
          responses && {
            encode: () => this.#framing.frame('', this.#write(responses), ''),
          }
        );
      },
    };
  }

  /** Each response that does not fit what is left of the frame becomes an error of its own. */
  #write(responses: NonNullable<Responses>): string {
    let roomBytes = this.#limits.maxFrameBytes - 2;
    const texts = [responses].flat().map((response) => {
      const text = this.#writeOne(response, roomBytes);
      roomBytes = Math.max(0, roomBytes - Buffer.byteLength(text) - 1);
      return text;
    });
    return Array.isArray(responses) ? `[${texts.join(',')}]` : (texts[0] as string);
  }

  #writeOne(response: { id?: unknown; error?: unknown; result?: unknown }, room: number) {
    const head = `{"jsonrpc":"2.0","id":${JSON.stringify(response.id)}`;
    const fail = (message: string) =>
      `${head},"error":${JSON.stringify({ code: methodFailed, message })}}`;
    if (response.error) return `${head},"error":${JSON.stringify(response.error)}}`;
    try {
      const { value, type } = response.result as Reply;
      const result = writeValue(value, type);
      const text = `${head},"result":${result}}`;
      if (Buffer.byteLength(text) <= room) return text;
      return fail(
        `rpc: reply is over ${this.#limits.maxFrameBytes} bytes (maxFrameBytes)`,
      );
    } catch (error) {
      return fail(`rpc: reply cannot be encoded: ${describeError(error)}`);
    }
  }
}

/** Source: JSON-RPC 2.0, section 4: a request with an id is a call, one without is not. */
interface PlainCall {
  readonly method: string;
  readonly id: string | number;
  readonly params?: unknown;
}

function isPlainCall(value: unknown): value is PlainCall {
  if (typeof value !== 'object' || value === null) return false;
  const { jsonrpc, method, id } = value as Record<string, unknown>;
  const isId = typeof id === 'number' || typeof id === 'string';
  return jsonrpc === '2.0' && typeof method === 'string' && isId;
}

/** `params` is the args object itself, or an array of one: both are heard of in the wild. */
function unwrapParams(params: unknown): unknown {
  if (params === undefined) return {};
  if (Array.isArray(params)) {
    if (params.length === 1) return params[0];
  } else if (typeof params === 'object' && params !== null) return params;
  throw new Error('rpc: params must be the args object, or an array of one');
}

interface JsonRpcResponse extends Response {
  readonly result: unknown;
  readonly text: string;
}

export class JsonRpcClientCodec implements ClientCodec {
  readonly #framing: Framing;
  /** JSON of the method called last: most clients call few. */
  #method = { name: '', json: '""' };

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  encodeRequest(
    seq: number,
    serviceMethod: string,
    args: unknown,
    type: GoType | undefined,
  ): Frame {
    const json = this.#framing.writeValue(args, type);
    const isObject = json.startsWith('{');
    if (this.#method.name !== serviceMethod) {
      this.#method = { name: serviceMethod, json: JSON.stringify(serviceMethod) };
    }
    const method = this.#method.json;
    const head = `{"jsonrpc":"2.0","id":${seq},"method":${method},"params":`;
    return isObject
      ? this.#framing.frame(head, json, '}')
      : this.#framing.frame(`${head}[`, json, ']}');
  }

  push(chunk: Buffer): void {
    this.#framing.push(chunk);
  }

  readResponse(): Response | undefined {
    const text = this.#framing.next();
    if (text === undefined) return undefined;
    const value = typeof text === 'string' ? parse(text) : text;
    if (value instanceof BadMessage)
      throw new ProtocolError(`the server sent a message that is ${value.reason}`);
    if (typeof value !== 'object' || value === null || !('id' in value)) {
      throw new ProtocolError('the server sent a line that is no JSON-RPC 2.0 response');
    }
    const { id, error, result } = value as Record<string, unknown>;
    const known = error === undefined ? undefined : readError(error);
    if (!known && !('result' in value)) {
      throw new ProtocolError('the server sent a response without result or error');
    }
    if (known && id === null) throw new ProtocolError(known.message);
    const seq = typeof id === 'number' ? id : -1;
    const response: JsonRpcResponse = { seq, error: known, result, text: text as string };
    return response;
  }

  readReply(response: Response, type: GoType | undefined): unknown {
    const { result, text } = response as JsonRpcResponse;
    const exact = rereadExactly(text, type) as { result?: unknown } | undefined;
    return this.#framing.readValue(exact ? exact.result : result, type);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return new BadMessage('not JSON', true);
  }
}

/** Where a type asks for exact numbers and a double cannot hold one, the text is read again. */
function rereadExactly(text: string, type: GoType | undefined): unknown {
  return type && mayLoseDigits(text) ? parseExactly(text) : undefined;
}

function readError(error: unknown): Response['error'] {
  if (typeof error !== 'object' || error === null) return undefined;
  const { message, code } = error as { message?: unknown; code?: unknown };
  if (typeof message !== 'string') return undefined;
  return { message, code: typeof code === 'number' ? code : methodFailed };
}
