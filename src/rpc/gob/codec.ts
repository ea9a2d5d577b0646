/**
 * Gob as the wire between client and server, as Go's net/rpc speaks it: a header and a body
 * for each request and each response, two gob values in a row. A Go program at the other end
 * sees no difference.
 *
 * Source: Go net/rpc, server.go and client.go.
 */
import type { ClientCodec, Frame, Request, Response, ServerCodec } from '../codec.ts';
import { LimitError, methodFailed, ProtocolError } from '../errors.ts';
import { type GoType, string, struct, uint64, zeroOf } from '../go-types.ts';
import type { Limits } from '../limits.ts';
import { GobDecoder } from './decoder.ts';
import { GobEncoder } from './encoder.ts';
import { GobError } from './gob-error.ts';
import { flatten } from './type-definitions.ts';

const RequestHeader = struct('rpc.Request', { ServiceMethod: string, Seq: uint64 });
const ResponseHeader = struct('rpc.Response', {
  ServiceMethod: string,
  Seq: uint64,
  Error: string,
});
/** What stands where there is nothing to say. */
const Nothing = struct('', {});

/** Go takes an empty error for success; an error without a text must not look like that. */
const errorWithoutText = 'unknown error';

interface GobRequest extends Request {
  readonly seq: number | bigint;
}

/** One connection's server end; it has types of its own for each direction. */
export function createGobServerCodec(limits: Limits): ServerCodec {
  return new GobServerCodec(limits);
}

/** One connection's client end. */
export function createGobClientCodec(limits: Limits): ClientCodec {
  return new GobClientCodec(limits);
}

/** Header, then body: a message is here when both are. */
class HeaderedStream<Header> {
  readonly #decoder: GobDecoder;
  readonly #type: GoType;
  readonly #complaint: string;
  #header: Header | undefined;

  constructor(limits: Limits, type: GoType, complaint: string) {
    this.#decoder = new GobDecoder(limits);
    this.#type = type;
    this.#complaint = complaint;
  }

  push(chunk: Buffer): void {
    this.#decoder.push(chunk);
  }

  get hasPartialMessage(): boolean {
    return this.#header !== undefined || this.#decoder.hasPartialValue;
  }

  /** The next header whose body is here as well. A body that nobody read is skipped. */
  next(): Header | undefined {
    const decoder = this.#decoder;
    if (this.#header === undefined) {
      decoder.skip();
      if (!decoder.advance()) return undefined;
      this.#header = this.#decodeHeader();
    }
    if (!decoder.advance()) return undefined;
    const header = this.#header;
    this.#header = undefined;
    return header;
  }

  decodeBody(type: GoType | undefined): unknown {
    return this.#decoder.decode(type);
  }

  #decodeHeader(): Header {
    try {
      return this.#decoder.decode(this.#type) as Header;
    } catch (error) {
      if (!(error instanceof GobError)) throw error;
      throw new ProtocolError(`${this.#complaint}: ${error.message}`);
    }
  }
}

/** Null and undefined stand for a body that says nothing, or for the zero of its type. */
function chooseBody(
  value: unknown,
  type: GoType | undefined,
): [unknown, GoType | undefined] {
  if (value !== null && value !== undefined) return [value, type];
  if (type === undefined || flatten(type).kind === 'any') return [{}, Nothing];
  return [zeroOf(flatten(type)), type];
}

class GobServerCodec implements ServerCodec {
  readonly #maxNameLength: number;
  readonly #encoder: GobEncoder;
  readonly #stream: HeaderedStream<{ ServiceMethod: string; Seq: number | bigint }>;

  constructor(limits: Limits) {
    this.#maxNameLength = limits.maxNameLength;
    this.#encoder = new GobEncoder(limits);
    const complaint = 'rpc: server cannot decode request';
    this.#stream = new HeaderedStream(limits, RequestHeader, complaint);
  }

  push(chunk: Buffer): void {
    this.#stream.push(chunk);
  }

  get hasPartialFrame(): boolean {
    return this.#stream.hasPartialMessage;
  }

  readRequest(): GobRequest | undefined {
    const header = this.#stream.next();
    if (header === undefined) return undefined;
    const { ServiceMethod: serviceMethod, Seq: seq } = header;
    if (serviceMethod.length > this.#maxNameLength) {
      throw new LimitError('maxNameLength', 'service method with too long a name');
    }
    return { serviceMethod, seq };
  }

  readArgs(_request: Request, type: GoType | undefined): unknown {
    return this.#stream.decodeBody(type);
  }

  encodeReply(request: Request, reply: unknown, type: GoType | undefined): Frame {
    const [body, bodyType] = chooseBody(reply, type);
    return this.#encode(request, '', body, bodyType);
  }

  /** An empty message is sent as some text: to Go, no text means no error. */
  encodeError(request: Request, message: string): Frame {
    return this.#encode(request, message || errorWithoutText, {}, Nothing);
  }

  /** Go hangs up in silence. */
  encodeFarewell(): undefined {
    return undefined;
  }

  #encode(
    request: Request,
    error: string,
    body: unknown,
    type: GoType | undefined,
  ): Uint8Array {
    const { serviceMethod, seq } = request as GobRequest;
    const header = { ServiceMethod: serviceMethod, Seq: seq, Error: error };
    return this.#encoder.encodeBoth(header, ResponseHeader, body, type);
  }
}

class GobClientCodec implements ClientCodec {
  readonly #encoder: GobEncoder;
  readonly #stream: HeaderedStream<{
    ServiceMethod: string;
    Seq: number | bigint;
    Error: string;
  }>;

  constructor(limits: Limits) {
    this.#encoder = new GobEncoder(limits);
    this.#stream = new HeaderedStream(limits, ResponseHeader, 'reading response header');
  }

  encodeRequest(
    seq: number,
    serviceMethod: string,
    args: unknown,
    type: GoType | undefined,
  ): Frame {
    const header = { ServiceMethod: serviceMethod, Seq: seq };
    const [body, bodyType] = chooseBody(args, type);
    return this.#encoder.encodeBoth(header, RequestHeader, body, bodyType);
  }

  push(chunk: Buffer): void {
    this.#stream.push(chunk);
  }

  readResponse(): Response | undefined {
    const header = this.#stream.next();
    if (header === undefined) return undefined;
    const { Seq: seq, Error: message } = header;
    // We send no number that large, so it answers nothing.
    if (typeof seq === 'bigint') throw new ProtocolError(`rpc: response to call ${seq}`);
    return { seq, error: message === '' ? undefined : { message, code: methodFailed } };
  }

  readReply(_response: Response, type: GoType | undefined): unknown {
    return this.#stream.decodeBody(type);
  }
}
