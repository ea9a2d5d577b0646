/**
 * The JSON of Go's net/rpc/jsonrpc, which is JSON-RPC 1.0: `{"method":…,"params":[args],
 * "id":0}` and `{"id":0,"result":…,"error":null}`, values with nothing needed between them.
 * Lenient where Go is lenient and silent where Go hangs up. What differs on purpose: a reply
 * that is null goes as `{}`, because Go's own client dies of `"result":null`.
 *
 * Source: Go net/rpc/jsonrpc, server.go and client.go.
 */
import type { ClientCodec, Frame, Request, Response, ServerCodec } from '../codec.ts';
import { LimitError, methodFailed, ProtocolError } from '../errors.ts';
import type { GoType } from '../go-types.ts';
import type { Limits } from '../limits.ts';
import { frameLine } from './framing.ts';
import { describeJson, readJson } from './json-reader.ts';
import { findMember, JsonNumber, writeId } from './json-scan.ts';
import { writeJson } from './json-writer.ts';
import { ValueReader } from './value-framing.ts';

interface GoRequest extends Request {
  /** JSON, as it stood in the request: `1.5e3` stays what it is. */
  readonly id: string;
  readonly params: unknown;
}

export class GoJsonServerCodec implements ServerCodec {
  readonly #limits: Limits;
  readonly #values: ValueReader;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#values = new ValueReader(limits);
  }

  push(chunk: Buffer): void {
    this.#values.push(chunk);
  }

  get hasPartialFrame(): boolean {
    return this.#values.hasPartialFrame;
  }

  readRequest(): Request | undefined {
    const message = this.#values.next();
    if (message === undefined) return undefined;
    const { method = '', params, id } = readMembers(message.value, 'serverRequest');
    if (typeof method !== 'string') {
      throw new ProtocolError(
        `json: cannot unmarshal ${describeJson(method)} into Go struct field serverRequest.method of type string`,
      );
    }
    const { maxNameLength } = this.#limits;
    const echo = writeId(id, message.text);
    if (method.length > maxNameLength || echo.length > maxNameLength) {
      const text = `a method or id is over ${maxNameLength} characters`;
      throw new LimitError('maxNameLength', text);
    }
    const request: GoRequest = {
      serviceMethod: method,
      id: echo,
      params,
    };
    return request;
  }

  readArgs(request: Request, type: GoType | undefined): unknown {
    const { params } = request as GoRequest;
    if (params == null) throw new Error('jsonrpc: request body missing params');
    if (!Array.isArray(params)) {
      throw new Error(
        `json: cannot unmarshal ${describeJson(params)} into Go value of type [1]interface {}`,
      );
    }
    return readJson(params[0] ?? null, type);
  }

  encodeReply(request: Request, reply: unknown, type: GoType | undefined): Frame {
    const json = writeJson(reply, type);
    const result = json === 'null' ? '{}' : json;
    const head = `{"id":${(request as GoRequest).id},"result":`;
    return frameLine(head, result, ',"error":null}', this.#limits);
  }

  encodeError(request: Request, message: string, _code: number): Frame {
    const error = JSON.stringify(message);
    const head = `{"id":${(request as GoRequest).id},"result":null,"error":`;
    return frameLine(head, error, '}', this.#limits);
  }

  encodeFarewell(_message: string): undefined {
    return undefined;
  }
}

interface GoResponse extends Response {
  readonly result: unknown;
}

export class GoJsonClientCodec implements ClientCodec {
  readonly #limits: Limits;
  readonly #values: ValueReader;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#values = new ValueReader(limits);
  }

  encodeRequest(
    seq: number,
    serviceMethod: string,
    args: unknown,
    type: GoType | undefined,
  ): Frame {
    const method = JSON.stringify(serviceMethod);
    const head = `{"method":${method},"params":[`;
    return frameLine(head, writeJson(args, type), `],"id":${seq}}`, this.#limits);
  }

  push(chunk: Buffer): void {
    this.#values.push(chunk);
  }

  readResponse(): Response | undefined {
    const message = this.#values.next();
    if (message === undefined) return undefined;
    const { id, result, error } = readMembers(message.value, 'clientResponse');
    const seq = readSeq(id);
    const isError = error != null || result == null;
    if (isError && typeof error !== 'string') {
      const text = findMember(message.text, 'error') ?? '<nil>';
      throw new ProtocolError(`invalid error ${text === 'null' ? '<nil>' : text}`);
    }
    // Source: Go jsonrpc, client.go: an error without words is an error all the same.
    const text = (error as string) || 'unspecified error';
    const known = isError ? { message: text, code: methodFailed } : undefined;
    const response: GoResponse = { seq, error: known, result };
    return response;
  }

  readReply(response: Response, type: GoType | undefined): unknown {
    return readJson((response as GoResponse).result, type);
  }
}

interface Members {
  readonly method?: unknown;
  readonly params?: unknown;
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** The members of a message whatever the case of their names; of two with one name the last. */
function readMembers(value: unknown, goName: string): Members {
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof JsonNumber) {
    throw new ProtocolError(
      `json: cannot unmarshal ${describeJson(value)} into Go value of type jsonrpc.${goName}`,
    );
  }
  const names = Object.keys(value);
  if (names.every(isLowerCase)) return dropNulls(value);
  const members = Object.entries(value).map(([name, item]) => [name.toLowerCase(), item]);
  return dropNulls(Object.fromEntries(members));
}

function isLowerCase(name: string): boolean {
  return name === name.toLowerCase();
}

/** null leaves a Go variable as it was. */
function dropNulls(value: Members): Members {
  return value.method === null ? { ...value, method: undefined } : value;
}

/** Go's uint64; null leaves it at 0. */
function readSeq(id: unknown): number {
  if (id == null) return 0;
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return id;
  const literal =
    id instanceof JsonNumber ? ` ${id.text}` : typeof id === 'number' ? ` ${id}` : '';
  throw new ProtocolError(
    `json: cannot unmarshal ${describeJson(id)}${literal} into Go struct field clientResponse.id of type uint64`,
  );
}
