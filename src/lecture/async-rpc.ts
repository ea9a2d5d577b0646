/**
 * A connection that carries whole requests and responses, and does nothing else: it does not
 * know which response belongs to which request. What the exercise `async-rpc` is given; the
 * client on top of it is the exercise. It runs over TCP and over the simulated network alike.
 *
 * Source: Go net/rpc, types Request and Response.
 */

import type { ClientCodec } from '../rpc/codec.ts';
import { createClientCodec } from '../rpc/codecs.ts';
import { defaultLimits, NetworkError, type Transport } from '../rpc/index.ts';
import { dialAddress } from '../rpc/network.ts';

export interface Request {
  /** Chosen by the client; the response to this request has the same. */
  readonly seq: number;
  /** Service and method: `Worker.RunTask`. */
  readonly serviceMethod: string;
  readonly args: unknown;
}

export interface Response {
  readonly seq: number;
  /** What the method has returned, unless it failed. */
  readonly reply?: unknown;
  /** The message of the method's error, if it failed. */
  readonly error?: string;
}

export class Connection {
  readonly #transport: Transport;
  readonly #codec: ClientCodec = createClientCodec('json-rpc', defaultLimits);
  #handleResponse: (response: Response) => void = () => {};
  #handleLoss: () => void = () => {};
  #isLost = false;

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.receive({
      bytes: (chunk) => this.#read(chunk),
      drained: () => {},
      ended: () => transport.abort(),
      closed: () => {
        this.#isLost = true;
        this.#handleLoss();
      },
    });
  }

  /** Calls `handle` with every response, in the order in which they arrive. */
  onResponse(handle: (response: Response) => void): void {
    this.#handleResponse = handle;
  }

  /** Calls `handle` once, when the connection is lost. No response comes after that. */
  onLost(handle: () => void): void {
    this.#handleLoss = handle;
  }

  /** Sends at once. Throws when nothing was sent: args without JSON, or no connection. */
  send({ seq, serviceMethod, args }: Request): void {
    if (this.#isLost) throw new NetworkError('the connection is lost');
    this.#transport.send(this.#codec.encodeRequest(seq, serviceMethod, args, undefined));
  }

  /** Ends the connection: it is lost soon. */
  close(): void {
    this.#transport.abort();
  }

  #read(chunk: Buffer): void {
    const codec = this.#codec;
    codec.push(chunk);
    for (let next = codec.readResponse(); next; next = codec.readResponse()) {
      const { seq, error } = next;
      if (error) this.#handleResponse({ seq, error: error.message });
      else this.#handleResponse({ seq, reply: codec.readReply(next, undefined) });
    }
  }
}

/** Connects to the server at `address`. Rejects with a NetworkError. */
export async function connect(address: string): Promise<Connection> {
  return new Connection(await dialAddress(address));
}
