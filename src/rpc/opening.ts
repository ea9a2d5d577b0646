/**
 * The first moments of a connection, until its codec is known: the bytes are kept and looked
 * at, a CONNECT is answered as Go answers it, and a browser is sent to the HTTP pages.
 *
 * Source: Go net/rpc, HandleHTTP and ServeHTTP.
 */
import type { Duplex } from 'node:stream';
import { ByteQueue } from './byte-queue.ts';
import type { ServerCodec } from './codec.ts';
import { type CodecName, createServerCodec } from './codecs.ts';
import { LimitError, ProtocolError } from './errors.ts';
import { connected, maxHeadBytes, notFound, splitHead } from './http/connect.ts';
import type { HttpPages } from './http/pages.ts';
import type { Limits } from './limits.ts';
import { type Protocol, Sniffer } from './sniff.ts';

/** Finds out what the peer speaks; until then it keeps what the peer has sent. */
export interface Opening {
  /** Undefined: more bytes are needed. Throws a ProtocolError where there is nothing to speak. */
  push(chunk: Buffer): Opened | undefined;
  /** True: the peer has begun something and owes us the rest of it. */
  readonly hasPartialFrame: boolean;
}

/** Go on with a codec, which has all bytes so far; or give stream and bytes to somebody else. */
export type Opened =
  | { readonly codec: ServerCodec }
  | { readonly unread: Buffer; readonly handOver: (stream: Duplex) => void };

/** `pages` undefined: the port speaks no HTTP. `send` answers a CONNECT. */
export function createOpening(
  codecs: readonly CodecName[],
  limits: Limits,
  pages: HttpPages | undefined,
  send: (text: string) => void,
): Opening {
  const [only] = codecs;
  if (codecs.length === 1 && !pages) return new KnownOpening(only as CodecName, limits);
  return new SniffedOpening(codecs, limits, pages, send);
}

/** A port with one codec: whatever comes must be that. */
class KnownOpening implements Opening {
  readonly hasPartialFrame = false;
  readonly #name: CodecName;
  readonly #limits: Limits;

  constructor(name: CodecName, limits: Limits) {
    this.#name = name;
    this.#limits = limits;
  }

  push(chunk: Buffer): Opened {
    const codec = createServerCodec(this.#name, this.#limits);
    codec.push(chunk);
    return { codec };
  }
}

class SniffedOpening implements Opening {
  readonly #codecs: readonly CodecName[];
  readonly #limits: Limits;
  readonly #pages: HttpPages | undefined;
  readonly #bytes = new ByteQueue();
  readonly #send: (text: string) => void;
  /** There was a CONNECT: what follows is calls, and no more HTTP. */
  #isConnected = false;
  #sniffer: Sniffer;

  constructor(
    codecs: readonly CodecName[],
    limits: Limits,
    pages: HttpPages | undefined,
    send: (text: string) => void,
  ) {
    this.#codecs = codecs;
    this.#limits = limits;
    this.#sniffer = new Sniffer(limits.maxFrameBytes);
    this.#pages = pages;
    this.#send = send;
  }

  get hasPartialFrame(): boolean {
    return this.#bytes.length > 0;
  }

  push(chunk: Buffer): Opened | undefined {
    this.#bytes.push(chunk);
    return this.#look();
  }

  #look(): Opened | undefined {
    const protocol = this.#sniffer.look(this.#bytes.peek());
    if (protocol === undefined) return undefined;
    if (protocol === 'http') return this.#openHttp();
    if (protocol === 'tls') throw new ProtocolError(explain(protocol));
    const name = this.#codecs.length === 1 ? (this.#codecs[0] as CodecName) : protocol;
    if (!this.#codecs.includes(name)) throw new ProtocolError(explain(name));
    const codec = createServerCodec(name, this.#limits);
    codec.push(this.#bytes.take(this.#bytes.length));
    return { codec };
  }

  #openHttp(): Opened | undefined {
    const pages = this.#pages;
    if (!pages || this.#isConnected) throw new ProtocolError(explain('http'));
    const head = splitHead(this.#bytes.peek());
    if (!head) {
      if (this.#bytes.length <= maxHeadBytes) return undefined;
      throw new LimitError('maxFrameBytes', `an HTTP head is over ${maxHeadBytes} bytes`);
    }
    if (!head.firstLine.startsWith('CONNECT ')) {
      const unread = this.#bytes.take(this.#bytes.length);
      return { unread, handOver: (stream) => pages.serve(stream) };
    }
    this.#bytes.take(head.bytes);
    const path = head.firstLine.split(' ')[1];
    this.#send(path === pages.rpcPath ? connected : notFound);
    if (path !== pages.rpcPath) throw new ProtocolError(`CONNECT to ${path}`);
    this.#isConnected = true;
    this.#sniffer = new Sniffer(this.#limits.maxFrameBytes);
    return this.#look();
  }
}

function explain(protocol: Protocol): string {
  return `this port does not speak ${protocol}`;
}
