/**
 * Servers of ours for the student's client: in memory, so that every connection can be counted.
 */
import { CheckFailure } from '../../../src/grading/check.ts';
import { addNetwork, pipe, Server, type Transport } from '../../../src/rpc/index.ts';

/** A server of ours for the student's client, and how many of its connections are open. */
export class OurServer {
  openConnections = 0;
  readonly address = 'memory:wordcount';
  readonly #serve: (transport: Transport) => Promise<void>;

  /** `serve` gets each connection; it resolves when that has closed. */
  constructor(serve: (transport: Transport) => Promise<void>) {
    this.#serve = serve;
    addNetwork('memory', { dial: () => this.#dial(), listen: refuseToListen });
  }

  async #dial(): Promise<Transport> {
    const [ours, theirs] = pipe();
    this.openConnections++;
    void this.#serve(ours).then(() => {
      this.openConnections--;
    });
    return theirs;
  }

  /** Throws when the student's client has left a connection open. */
  async expectClosed(did: string): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.openConnections === 0) return;
    throw new CheckFailure({
      did,
      saw: `connections left open: ${this.openConnections}`,
      expected: 'connections left open: 0',
      mistake: 'client.close belongs into a finally, and is awaited',
    });
  }
}

const refuseToListen = () => Promise.reject(new Error('nobody can listen here'));

export function serveWith(compute: (request: { Input: string }) => unknown): OurServer {
  const server = new Server();
  server.registerName('WordCountServer', { Compute: compute });
  return new OurServer((transport) => server.serveConn(transport));
}

/** Reads something, then cuts the connection. */
export function hangUp(transport: Transport): Promise<void> {
  return new Promise((resolve) => {
    transport.receive({
      bytes: () => transport.abort(),
      drained: () => {},
      ended: () => transport.abort(),
      closed: () => resolve(),
    });
  });
}
