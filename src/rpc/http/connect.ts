/**
 * The few bytes of HTTP with which a Go client turns a connection into one for calls. Go ends
 * the lines with a line feed alone, which Node's HTTP parser refuses, so they are read here.
 *
 *     -> CONNECT /_goRPC_ HTTP/1.0
 *     <- HTTP/1.0 200 Connected to Go RPC
 *
 * Source: Go net/rpc, server.go, ServeHTTP; client.go, DialHTTPPath.
 */
import { LimitError, NetworkError } from '../errors.ts';
import { showPlainly } from '../log.ts';
import type { Receiver, Transport } from '../transport.ts';

export const defaultRpcPath = '/_goRPC_';
export const defaultDebugPath = '/debug/rpc';

/** A head is a line or two; a browser's, with its cookies, is longer. */
export const maxHeadBytes = 16 * 1024;

const status = '200 Connected to Go RPC';
export const connected = `HTTP/1.0 ${status}\n\n`;
export const notFound =
  'HTTP/1.0 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n404 page not found\n';

/** An HTTP head, and how many bytes it and the empty line after it take. */
export interface Head {
  readonly firstLine: string;
  readonly bytes: number;
}

/** Undefined: the empty line that ends the head has not come. */
export function splitHead(bytes: Buffer): Head | undefined {
  const match = /\r?\n\r?\n/.exec(bytes.toString('latin1', 0, maxHeadBytes));
  if (!match) return undefined;
  const text = bytes.toString('latin1', 0, match.index);
  return {
    firstLine: text.split(/\r?\n/, 1)[0] as string,
    bytes: match.index + match[0].length,
  };
}

/**
 * Asks the other end of `transport` for `path`; resolves with a transport that begins behind
 * the answer. Rejects with a NetworkError when the answer is any but Go's.
 */
export function connectOverHttp(
  transport: Transport,
  address: string,
  path: string,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      transport.abort();
      reject(new NetworkError(`dial-http tcp ${address}: ${reason}`));
    };
    const relay = new Relay(transport, (head) => {
      const answer = head.firstLine.replace(/^HTTP\/1\.\d /, '');
      if (answer === status) resolve(relay);
      else fail(`unexpected HTTP response: ${showPlainly(answer)}`);
    });
    relay.failed = fail;
    transport.send(`CONNECT ${path} HTTP/1.0\n\n`);
  });
}

/** A transport whose first bytes are an HTTP head, which its owner does not see. */
class Relay implements Transport {
  /** Called when the connection ends, or says too much, before the head has come. */
  failed: (reason: string) => void = () => {};
  readonly #transport: Transport;
  #receiver: Receiver | undefined;
  #unread: Buffer = Buffer.alloc(0);
  #hasHead = false;

  constructor(transport: Transport, gotHead: (head: Head) => void) {
    this.#transport = transport;
    transport.receive({
      bytes: (chunk) => {
        if (this.#receiver) this.#receiver.bytes(chunk);
        else this.#collect(chunk, gotHead);
      },
      drained: () => this.#receiver?.drained(),
      ended: () => this.#end((receiver) => receiver.ended()),
      closed: (error) => this.#end((receiver) => receiver.closed(error)),
    });
  }

  #collect(chunk: Buffer, gotHead: (head: Head) => void): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    const head = this.#hasHead ? undefined : splitHead(this.#unread);
    if (head) {
      this.#hasHead = true;
      this.#transport.pause();
      this.#unread = this.#unread.subarray(head.bytes);
      gotHead(head);
    } else if (!this.#hasHead && this.#unread.length > maxHeadBytes) {
      const text = `the HTTP head is over ${maxHeadBytes} bytes`;
      this.failed(new LimitError('maxFrameBytes', text).message);
    }
  }

  #end(tell: (receiver: Receiver) => void): void {
    if (this.#receiver) tell(this.#receiver);
    else this.failed('unexpected EOF');
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver;
    if (this.#unread.length > 0) receiver.bytes(this.#unread);
    this.#unread = Buffer.alloc(0);
    this.#transport.resume();
  }

  send(...[frame]: Parameters<Transport['send']>): boolean {
    return this.#transport.send(frame);
  }

  pause(): void {
    this.#transport.pause();
  }

  resume(): void {
    this.#transport.resume();
  }

  end(): void {
    this.#transport.end();
  }

  abort(error?: Error): void {
    this.#transport.abort(error);
  }
}
